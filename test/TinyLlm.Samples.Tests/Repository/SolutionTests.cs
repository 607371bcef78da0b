namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class SolutionTests
{
    // Builds the stand-in's sources a second time under other names; only those who want that do it.
    private const string NotInSolution = "build/MicrosoftML.StandIn/Parts/";

    [TestMethod]
    public void Solution_EveryProject_StandsInIt()
    {
        var solution = File.ReadAllText(RepositoryFolder.PathOf("Microsoft.ML.TinyLlm.sln"));
        RepositoryFiles.AssertNone(
            RepositoryFiles.WithExtension(".csproj").Where(project =>
                !project.StartsWith(NotInSolution, StringComparison.Ordinal)
                && !solution.Contains($"\"{project.Replace('/', '\\')}\"", StringComparison.Ordinal)),
            "A project outside the solution is neither built nor tested; use 'dotnet sln add'.");
    }
}
