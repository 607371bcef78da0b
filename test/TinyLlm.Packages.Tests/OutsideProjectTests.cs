using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TinyLlm.Packages.Tests;

/// <summary>A user's program, made from the packages alone, in every form that it is shipped in.</summary>
[TestClass]
[DoNotParallelize] // they build in one folder
public sealed class OutsideProjectTests
{
    private static OutsideProject? _project;
    private static string _trained = "";

    private static OutsideProject Project => _project!;

    private static string ThisPlatform => (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-")
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Makes the project, builds it, trains and saves.</summary>
    [ClassInitialize]
    public static void Train(TestContext _)
    {
        _project = new OutsideProject();
        _trained = Project.Run("--", "train");
    }

    [ClassCleanup]
    public static void Delete() => _project?.Dispose();

    [TestMethod]
    public void Run_Train_LearnsAndWritesTheModel()
    {
        var accuracy = Regex.Match(_trained, @"^accuracy ([\d.]+), log-loss [\d.]+\r?$", RegexOptions.Multiline);
        Assert.IsTrue(accuracy.Success, _trained);
        // Of three workloads as many rows each, a third is guessed; the page has 0.588.
        Assert.IsGreaterThan(0.4, double.Parse(accuracy.Groups[1].Value, CultureInfo.InvariantCulture), _trained);
        Assert.HasCount(3, Regex.Matches(_trained, @"^[\d.E-]+  [\d.E-]+  [\d.E-]+\r?$", RegexOptions.Multiline));
        Assert.IsTrue(File.Exists(Project.PathOf("cpu-load.gguf")));
    }

    [TestMethod]
    public void Run_InASecondProcess_GivesTheSameScores() => Assert.AreEqual(_trained, Project.Run("--no-build"));

    [TestMethod]
    public void Build_WithoutRuntimeIdentifier_HoldsEveryPlatformsLibraries()
    {
        var runtimes = Project.PathOf("bin/Release/net10.0/runtimes");
        var dependencies = File.ReadAllText(Project.PathOf("bin/Release/net10.0/Load.deps.json"));
        foreach (var platform in new[] { "linux-x64", "linux-arm64", "win-x64", "win-arm64", "osx-arm64" })
        {
            var llama = Directory.GetFiles(Path.Combine(runtimes, platform, "native"), "*llama.*").Single();
            StringAssert.Contains(dependencies, $"\"runtimes/{platform}/native/{Path.GetFileName(llama)}\"");
        }
    }

    [TestMethod]
    public void Publish_SelfContained_GivesTheSameScores() => AssertSame(Project.Publish(ThisPlatform, "--self-contained"));

    [TestMethod]
    public void Publish_SelfContainedSingleFile_GivesTheSameScores()
    {
        var output = Project.Publish(ThisPlatform, "--self-contained", "-p:PublishSingleFile=true");
        Assert.IsEmpty(Directory.GetFiles(output, "*ML*.dll", SearchOption.AllDirectories), "All that is .NET is in one file.");
        Assert.HasCount(1, Directory.GetFiles(output, "*llama.*"));
        AssertSame(output);
    }

    [TestMethod]
    public void Publish_SingleFileWithItsLibrariesInside_GivesTheSameScores()
    {
        var output = Project.Publish(
            ThisPlatform, "--self-contained", "-p:PublishSingleFile=true", "-p:IncludeNativeLibrariesForSelfExtract=true");
        Assert.HasCount(1, Directory.GetFileSystemEntries(output).Where(file => Path.GetExtension(file) is not ".pdb" and not ".dbg"));
        AssertSame(output);
    }

    [TestMethod]
    public void Publish_ForArm64_HoldsThatPlatformsLibrariesOnly()
    {
        // Without the starter, which not every feed carries for another platform.
        var output = Project.Publish("linux-arm64", "--no-self-contained", "-p:UseAppHost=false");
        Assert.IsFalse(Directory.Exists(Path.Combine(output, "runtimes")));
        var libraries = Directory.GetFiles(output, "*.so");
        foreach (var expected in new[] { "libllama.", "libggml.", "libggml-base.", "libggml-cpu-" })
            Assert.Contains(file => Path.GetFileName(file).StartsWith(expected, StringComparison.Ordinal), libraries);
        foreach (var library in libraries)
            Assert.AreEqual("linux-arm64", NativeFilesTests.PlatformOf(File.ReadAllBytes(library)), library);
    }

    private static void AssertSame(string output) => Assert.AreEqual(_trained, Project.RunPublished(output));
}
