using System.Globalization;
using System.Text.RegularExpressions;
using TinyLlm.Gguf;

namespace TinyLlm.Samples.Tests;

/// <summary>Runs the device sample, published for ARM64, in an emulator; the oracle is the program on this machine.</summary>
[TestClass]
public sealed partial class Arm64SampleTests
{
    private const string Project = "samples/01-RunGguf";
    private const string Compiler = "aarch64-linux-gnu-gcc";

    private static readonly Lazy<PublishedProgram> WithRuntime = new(() => PublishedProgram.Publish(
        Project, "linux-arm64", PublishedProgram.KeptFolder("RunGguf-arm64"), "--self-contained"));

    private static readonly Lazy<PublishedProgram> Native = new(PublishNative);

    [TestMethod]
    [DataRow(ModelKind.Gpt2, GgufFileType.F32)]
    [DataRow(ModelKind.Llama, GgufFileType.F32)]
    [DataRow(ModelKind.Llama, GgufFileType.Q8_0)]
    public void RunGguf_UnderEmulation_AnswersAsOnThisMachine(ModelKind kind, GgufFileType type)
    {
        Arm64Emulator.Require();
        AssertAnswersAsHere(WithRuntime.Value, kind, type);
    }

    [TestMethod]
    public void RunGguf_NativeAotUnderEmulation_AnswersAsOnThisMachine()
    {
        if (!PublishTests.IsLinuxX64)
            Assert.Inconclusive("Native code for ARM64 is compiled here on Linux on x64 only.");
        Arm64Emulator.Require(Compiler);
        Assert.DoesNotContain("RunGguf.dll", Native.Value.Files());
        AssertAnswersAsHere(Native.Value, ModelKind.Llama, GgufFileType.Q8_0);
    }

    // .NET expects clang for another processor, and gives its name to the compiler; gcc is for one processor and takes none.
    private static PublishedProgram PublishNative()
    {
        var folder = Directory.CreateDirectory(PublishedProgram.KeptFolder("RunGguf-arm64-native")).FullName;
        var linker = Path.Combine(folder, "linker");
        File.WriteAllText(linker, $"""
            #!/bin/sh
            for argument; do shift; case $argument in --target=*) ;; *) set -- "$@" "$argument" ;; esac; done
            exec {Compiler} "$@"

            """.ReplaceLineEndings("\n"));
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(linker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return PublishedProgram.Publish(
            Project, "linux-arm64", folder, "-p:PublishAot=true", $"-p:CppCompilerAndLinker={linker}", "-p:LinkerFlavor=bfd",
            "-p:StripSymbols=false");
    }

    private static void AssertAnswersAsHere(PublishedProgram program, ModelKind kind, GgufFileType type)
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(kind, seed: 9).Save(folder.PathOf("whole.gguf"));
        ModelQuantizer.Quantize(folder.PathOf("whole.gguf"), folder.PathOf("model.gguf"), new QuantizationOptions { Type = type });
        string[] arguments = [folder.PathOf("model.gguf"), "window 12 : 0.31 -1.70", "--labels", "tap,shake,idle"];

        var (expectedText, expected) = Parts(OtherProcess.Run(["dotnet", "exec", BuiltProject.File("RunGguf", ".dll"), .. arguments]));
        var (text, probabilities) = Parts(Arm64Emulator.Run("cortex-a76", program.PathOf("RunGguf"), arguments));

        Assert.AreEqual(expectedText, text); // 32 tokens, the most probable each time
        Assert.HasCount(3, probabilities);
        // Printed to a tenth of a percent; logits differ by 1e-5 in F32, and by 2e-2 where a number moves to the next of 127 steps of Q8_0.
        var tolerance = type == GgufFileType.F32 ? 0.11 : 1;
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], probabilities[i], tolerance, $"label {i}");
    }

    // All but the probabilities, and those in percent.
    private static (string Text, double[] Probabilities) Parts(string said)
    {
        var label = said.LastIndexOf("Label: ", StringComparison.Ordinal);
        Assert.IsGreaterThan(0, label, said);
        return (
            said[..said.IndexOf(" (", label, StringComparison.Ordinal)],
            [.. Percent().Matches(said[label..]).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))]);
    }

    [GeneratedRegex(@" ([\d.]+) ?%")]
    private static partial Regex Percent();
}
