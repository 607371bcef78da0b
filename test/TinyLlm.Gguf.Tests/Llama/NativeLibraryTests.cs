using System.Runtime.InteropServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>What the build copied beside these tests, loaded into this process.</summary>
[TestClass]
public sealed class NativeLibraryTests
{
    private static readonly NativeLibraryLocator Shipped = new(NativePlatform.Current, null, null, AppContext.BaseDirectory, null);

    [TestInitialize]
    public void RequirePrebuiltLibraries()
    {
        if (!NativePlatform.Prebuilt.Contains(NativePlatform.Current.RuntimeIdentifier))
            Assert.Inconclusive($"There are no prebuilt libraries for {NativePlatform.Current.RuntimeIdentifier}.");
    }

    [TestMethod]
    public void FindFolder_BesideTheTests_IsTheFolderOfThisPlatform()
        => Assert.AreEqual(
            Path.Combine(AppContext.BaseDirectory, "runtimes", NativePlatform.Current.RuntimeIdentifier, "native"),
            Shipped.FindFolder());

    [TestMethod]
    public void FindFolder_BesideTheTests_LeavesOutWhatIsNotNeeded()
    {
        var files = Directory.GetFiles(Shipped.FindFolder()).Select(Path.GetFileName).ToArray();

        Assert.IsEmpty(files.Where(file => file!.Contains("llama-addon") || file.Contains("llama-common")).ToArray());
        Assert.IsTrue(files.Any(file => file!.Contains("ggml-cpu")), "llama.cpp needs at least one CPU backend.");
    }

    [TestMethod]
    [DataRow("ggml-base", "ggml_quantize_chunk")]
    [DataRow("ggml", "ggml_backend_load_all_from_path")]
    [DataRow("llama", "llama_decode")]
    public void FindLibrary_InThisProcess_LoadsAndExportsWhatTheBindingNeeds(string name, string export)
    {
        var library = NativeLibrary.Load(Shipped.FindLibrary(name));

        Assert.IsTrue(NativeLibrary.TryGetExport(library, export, out _), $"{name} does not export {export}.");
    }

    [TestMethod]
    public void ForThisProcess_InThisProcess_FindsTheLibraries()
        => Assert.IsTrue(File.Exists(NativeLibraryLocator.ForThisProcess().FindLibrary("llama")));
}
