using System.Runtime.InteropServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

[TestClass]
public sealed class NativePlatformTests
{
    // Every file of the five npm packages that is one of the three libraries, and those beside them that come closest.
    [TestMethod]
    [DataRow("lib", ".so", "llama", "libllama.v0.4.0.so")]
    [DataRow("lib", ".so", "llama", "libllama.so")]
    [DataRow("lib", ".so", "ggml", "libggml.v0.4.0.so")]
    [DataRow("lib", ".so", "ggml-base", "libggml-base.so")]
    [DataRow("lib", ".dylib", "llama", "libllama.metal.v0.4.0.dylib")]
    [DataRow("lib", ".dylib", "ggml", "libggml.metal.v0.4.0.dylib")]
    [DataRow("lib", ".dylib", "ggml-base", "libggml-base.dylib")]
    [DataRow("", ".dll", "llama", "llama.v0.4.0.dll")]
    [DataRow("", ".dll", "ggml", "ggml.v0.4.0.dll")]
    [DataRow("", ".dll", "ggml-base", "ggml-base.dll")]
    public void IsLibrary_FileOfTheNpmPackage_IsRecognized(string prefix, string extension, string name, string file)
        => Assert.IsTrue(new NativePlatform("any", prefix, extension).IsLibrary(file, name));

    [TestMethod]
    [DataRow("lib", ".so", "llama", "libllama-common.so")]
    [DataRow("lib", ".so", "ggml", "libggml-base.so")]
    [DataRow("lib", ".so", "ggml", "libggml-cpu-x64.so")]
    [DataRow("lib", ".so", "llama", "libllama.so.0.4.0")]
    [DataRow("lib", ".dylib", "ggml", "libggml-metal.so")]
    [DataRow("", ".dll", "llama", "llama-common.dll")]
    [DataRow("", ".dll", "llama", "llama-addon.lib")]
    [DataRow("", ".dll", "ggml", "ggml-cpu.dll")]
    public void IsLibrary_AnotherFile_IsNotTakenForIt(string prefix, string extension, string name, string file)
        => Assert.IsFalse(new NativePlatform("any", prefix, extension).IsLibrary(file, name));

    [TestMethod]
    public void Current_ThisProcess_IsThePortableRuntimeIdentifier()
    {
        var operatingSystem = OperatingSystem.IsWindows()
            ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : OperatingSystem.IsLinux() ? "linux"
            : null;
        if (operatingSystem is null)
            Assert.Inconclusive("Only Windows, macOS and Linux have a name to compare with.");

        Assert.AreEqual(
            $"{operatingSystem}-{(RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "arm64" : "x64")}",
            NativePlatform.Current.RuntimeIdentifier);
    }
}
