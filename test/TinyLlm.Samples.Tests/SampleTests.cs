using TinyLlm.Samples.Tests.Repository;
using TinyLlm.Samples.Tests.Samples;

namespace TinyLlm.Samples.Tests;

/// <summary>Runs every sample the way its reader does.</summary>
[TestClass]
public sealed class SampleTests
{
    public static IEnumerable<string> Projects => RepositoryFiles.WithExtension(".csproj")
        .Where(project => project.StartsWith("samples/", StringComparison.Ordinal) && !project.EndsWith("SensorToDevice.csproj", StringComparison.Ordinal)) // which has tests of its own
        .Select(project => Path.GetFileNameWithoutExtension(project));

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void Sample_Run_SaysSomethingAndSucceeds(string project)
    {
        using var folder = new TemporaryFolder();
        Assert.AreNotEqual("", SampleRun.Run(folder, project).Trim(), $"{project} says nothing.");
    }
}
