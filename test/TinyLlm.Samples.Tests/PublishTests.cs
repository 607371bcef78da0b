using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TinyLlm.Samples.Tests;

/// <summary>Publishes the device sample as its reader does, into a folder of the test's own.</summary>
[TestClass]
public sealed class PublishTests
{
    [TestMethod]
    public void RunGguf_SelfContainedForX64_RunsByItself()
    {
        using var folder = new TemporaryFolder();
        Publish(folder, "linux-x64", "--self-contained");
        AssertHoldsWhatADeviceNeeds(folder, "linux-x64");
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        var (code, said) = Run(folder.Root, folder.PathOf("out/RunGguf"), "--stream", "--labels", "tap,shake", "--bench");
        Assert.AreEqual(0, code, said);
        foreach (var figure in new[] { "Label: ", "Disk ", "Prefill ", "Decode ", "Memory ", "Energy " })
            StringAssert.Contains(said, figure);
    }

    [TestMethod]
    public void RunGguf_FrameworkDependentForArm64_HoldsOurAssembliesAndItsLibrariesOnly()
    {
        using var folder = new TemporaryFolder();
        // Run by 'dotnet RunGguf.dll' on the device: not every feed carries the starter for another platform.
        Publish(folder, "linux-arm64", "--no-self-contained", "-p:UseAppHost=false");
        AssertHoldsWhatADeviceNeeds(folder, "linux-arm64");
        var assemblies = Directory.GetFiles(folder.PathOf("out"), "*.dll", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file)).ToArray();
        CollectionAssert.AreEquivalent(new[] { "RunGguf.dll", "TinyLlm.Gguf.dll" }, assemblies);
    }

    private static void Publish(TemporaryFolder folder, string runtime, params string[] arguments)
    {
        var (output, artifacts) = (folder.PathOf("out"), folder.PathOf("artifacts"));
        string[] publish = ["publish", "samples/01-RunGguf", "-c", "Release", "-r", runtime, "-o", output, $"-p:ArtifactsPath={artifacts}"];
        var (code, said) = Run(RepositoryFolder.Root, "dotnet", [.. publish, .. arguments]);
        if (said.Contains("error NU1101") || said.Contains("error NU1102") || said.Contains("error NU1301"))
        {
            var error = said.Split('\n').First(line => line.Contains("error NU"));
            Assert.Inconclusive($"The package feed does not serve what a publish for {runtime} needs: {error}");
        }

        Assert.AreEqual(0, code, said);
    }

    private static void AssertHoldsWhatADeviceNeeds(TemporaryFolder folder, string runtime)
    {
        var files = Directory.GetFiles(folder.PathOf("out"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder.PathOf("out"), file)).ToArray();
        Assert.Contains("TinyLlm.Gguf.dll", files);
        Assert.Contains(Path.Combine("runtimes", runtime, "native", "libggml-base.so"), files);
        Assert.IsEmpty(
            files.Where(file => file.Contains("Microsoft.ML") || file.Contains("MathNet")),
            "A device carries no ML.NET.");
        Assert.IsEmpty(
            files.Where(file => file.StartsWith("runtimes") && !file.Contains(runtime)), "A device carries no other platform's libraries.");
    }

    private static (int Code, string Said) Run(string folder, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        // No server stays behind, and the libraries that this build has fetched are not fetched again.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        var fetched = RepositoryFolder.PathOf("artifacts/natives/node_modules/@node-llama-cpp");
        if (Directory.Exists(fetched))
            start.Environment["LLAMA_NATIVES_ROOT"] = fetched;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
