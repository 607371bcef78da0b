namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class CodeCompilerTests
{
    [TestMethod]
    public void Errors_ProgramThatUsesMicrosoftML_HasNone() => Assert.IsEmpty(CodeCompiler.Errors("""
        using Microsoft.ML;
        var mlContext = new MLContext(seed: 1);
        Console.WriteLine(mlContext);
        """));

    [TestMethod]
    public void Errors_UnknownName_SaysWhereAndWhat()
    {
        var error = CodeCompiler.Errors("Console.WriteLine(\nunknown);").Single();
        StringAssert.StartsWith(error, "(2,1): error CS0103");
    }
}
