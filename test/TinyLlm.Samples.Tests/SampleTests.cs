using TinyLlm.Samples.Tests.Repository;
using TinyLlm.Samples.Tests.Samples;

namespace TinyLlm.Samples.Tests;

/// <summary>Runs every sample the way its reader does.</summary>
[TestClass]
public sealed class SampleTests
{
    /// <summary>Gets the samples that are projects, but for the main one, which has tests of its own.</summary>
    public static IEnumerable<string> Projects => RepositoryFiles.WithExtension(".csproj")
        .Where(project => project.StartsWith("samples/", StringComparison.Ordinal))
        .Select(project => Path.GetFileNameWithoutExtension(project)).Where(name => name != "SensorToDevice");

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void Sample_Run_SaysSomethingAndSucceeds(string project)
    {
        using var folder = new TemporaryFolder();
        Assert.AreNotEqual("", SampleRun.Run(folder, project).Trim(), $"{project} says nothing.");
    }
}
