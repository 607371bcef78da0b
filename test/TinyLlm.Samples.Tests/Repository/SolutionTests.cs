namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class SolutionTests
{
    [TestMethod]
    public void Solution_EveryProject_StandsInIt()
    {
        var solution = File.ReadAllText(RepositoryFolder.PathOf("Microsoft.ML.TinyLlm.sln"));
        RepositoryFiles.AssertNone(
            RepositoryFiles.WithExtension(".csproj").Where(project =>
                !solution.Contains($"\"{project.Replace('/', '\\')}\"", StringComparison.Ordinal)),
            "A project outside the solution is neither built nor tested; use 'dotnet sln add'.");
    }
}
