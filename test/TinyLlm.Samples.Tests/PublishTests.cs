using System.Runtime.InteropServices;
using TinyLlm.Gguf;

namespace TinyLlm.Samples.Tests;

/// <summary>Publishes the device sample as its reader does, into a folder of the test's own.</summary>
[TestClass]
public sealed class PublishTests
{
    private const string Project = "samples/01-RunGguf";

    internal static bool IsLinuxX64 => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [TestMethod]
    public void RunGguf_SelfContainedForX64_RunsByItself()
    {
        using var folder = new TemporaryFolder();
        var program = PublishedProgram.Publish(Project, "linux-x64", folder.Root, "--self-contained");
        AssertHoldsWhatADeviceNeeds(program.Files(), "linux-x64");
        Assert.Contains("TinyLlm.Gguf.dll", program.Files());
        if (!IsLinuxX64)
            return;
        var said = OtherProcess.Run([program.PathOf("RunGguf"), "--stream", "--labels", "tap,shake", "--bench"]);
        foreach (var figure in new[] { "Label: ", "Disk ", "Prefill ", "Decode ", "Memory ", "Energy " })
            StringAssert.Contains(said, figure);
    }

    [TestMethod]
    public void RunGguf_FrameworkDependentForArm64_HoldsOurAssembliesAndItsLibrariesOnly()
    {
        using var folder = new TemporaryFolder();
        // Run by 'dotnet RunGguf.dll' on the device: not every feed carries the starter for another platform.
        var program = PublishedProgram.Publish(Project, "linux-arm64", folder.Root, "--no-self-contained", "-p:UseAppHost=false");
        AssertHoldsWhatADeviceNeeds(program.Files(), "linux-arm64");
        CollectionAssert.AreEquivalent(new[] { "RunGguf.dll", "TinyLlm.Gguf.dll" }, Assemblies(program));
    }

    [TestMethod]
    public void RunGguf_NativeAot_AnswersAsTheManagedProgramDoes()
    {
        if (!IsLinuxX64)
            Assert.Inconclusive("Native code is compiled on the system that it is for: this test is for Linux on x64.");
        if (OtherProcess.Find("clang") is null && OtherProcess.Find("gcc") is null)
            Assert.Inconclusive("Native code takes a linker, which clang or gcc brings along: on Debian apt-get install gcc libc6-dev.");
        using var folder = new TemporaryFolder();
        var program = PublishedProgram.Publish(Project, "linux-x64", folder.Root, "-p:PublishAot=true");
        StringAssert.Contains(program.Said, "Generating native code");
        Assert.DoesNotMatchRegex(@"\bIL\d{4}\b|warning", program.Said);
        AssertHoldsWhatADeviceNeeds(program.Files(), "linux-x64");
        Assert.IsEmpty(Assemblies(program), "All managed code is in the program.");

        foreach (var kind in new[] { ModelKind.Gpt2, ModelKind.Llama })
        {
            TinyModels.Create(kind, seed: 4).Save(folder.PathOf("model.gguf"));
            string[] arguments = [folder.PathOf("model.gguf"), "window 12 : 0.31", "--labels", "tap,shake"];
            var expected = OtherProcess.Run(["dotnet", "exec", BuiltProject.File("RunGguf", ".dll"), .. arguments]);
            StringAssert.Contains(expected, "Label: ");
            Assert.AreEqual(expected, OtherProcess.Run([program.PathOf("RunGguf"), .. arguments]));
        }
    }

    private static string[] Assemblies(PublishedProgram program) =>
        [.. program.Files().Where(file => Path.GetExtension(file) == ".dll").Select(file => Path.GetFileName(file))];

    private static void AssertHoldsWhatADeviceNeeds(string[] files, string runtime)
    {
        Assert.Contains(Path.Combine("runtimes", runtime, "native", "libggml-base.so"), files);
        Assert.IsEmpty(
            files.Where(file => file.Contains("Microsoft.ML") || file.Contains("MathNet")),
            "A device carries no ML.NET.");
        Assert.IsEmpty(
            files.Where(file => file.StartsWith("runtimes") && !file.Contains(runtime)), "A device carries no other platform's libraries.");
    }
}
