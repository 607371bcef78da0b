using System.Diagnostics;
using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Samples.Tests;

/// <summary>Runs every sample the way its reader does.</summary>
[TestClass]
public sealed class SampleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static IEnumerable<string> Projects => RepositoryFiles.WithExtension(".csproj")
        .Where(project => project.StartsWith("samples/", StringComparison.Ordinal) && !project.EndsWith("SensorToDevice.csproj", StringComparison.Ordinal)) // which has tests of its own
        .Select(project => Path.GetFileNameWithoutExtension(project));

    [TestMethod]
    [DynamicData(nameof(Projects))]
    public void Sample_Run_SaysSomethingAndSucceeds(string project)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [BuiltProject.File(project, ".dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Root,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{project} did not end within {Limit}. It said:\n{output.Result}\n{errors.Result}");
        }

        Assert.AreEqual("", errors.Result, $"{project} writes to the error stream what is no error.");
        Assert.AreEqual(0, process.ExitCode, output.Result);
        Assert.AreNotEqual("", output.Result.Trim(), $"{project} says nothing.");
    }
}
