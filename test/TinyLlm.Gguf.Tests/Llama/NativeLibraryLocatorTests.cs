using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

[TestClass]
public sealed class NativeLibraryLocatorTests
{
    private static readonly NativePlatform Linux = new("linux-arm64", "lib", ".so");

    private string _root = "";

    [TestInitialize]
    public void CreateRoot() => _root = Directory.CreateTempSubdirectory("tinyllm-").FullName;

    [TestCleanup]
    public void DeleteRoot() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void Folders_AllPlacesGiven_AreInTheDocumentedOrder()
    {
        var runtimeFolders = In("one") + Path.PathSeparator + In("two") + Path.DirectorySeparatorChar;
        var locator = new NativeLibraryLocator(Linux, In("own"), runtimeFolders, In("app"), In("plugin"));

        string[] expected =
        [
            In("own"), In("one"), In("two"), In("app", "runtimes", "linux-arm64", "native"), In("app"),
            In("plugin", "runtimes", "linux-arm64", "native"), In("plugin"),
        ];
        CollectionAssert.AreEqual(expected, locator.Folders.ToArray());
    }

    [TestMethod]
    public void FindFolder_AssemblyInThePackageCache_IsThePackages()
    {
        Write("package/runtimes/linux-arm64/native", "libggml-base.so");

        var locator = new NativeLibraryLocator(Linux, null, null, In("host"), In("package", "lib", "net10.0"));

        Assert.AreEqual(In("package", "runtimes", "linux-arm64", "native"), locator.FindFolder());
    }

    [TestMethod]
    public void Folders_AssemblyBesideTheApplication_AreNamedOnce() => CollectionAssert.AreEqual(
        new[] { In("app", "runtimes", "linux-arm64", "native"), In("app") },
        new NativeLibraryLocator(Linux, null, null, In("app"), In("app")).Folders.ToArray());

    [TestMethod]
    [DataRow("own", "own", "one", "app/runtimes/linux-arm64/native", "app")]
    [DataRow("one", "one", "app/runtimes/linux-arm64/native", "app")]
    [DataRow("app/runtimes/linux-arm64/native", "app/runtimes/linux-arm64/native", "app")]
    [DataRow("app", "app", "app/runtimes/linux-x64/native")]
    public void FindFolder_SeveralHoldTheLibraries_TheFirstWins(string expected, params string[] holders)
    {
        foreach (var holder in holders)
            Write(holder, "libggml-base.so");

        Assert.AreEqual(In(expected.Split('/')), Locator().FindFolder());
    }

    [TestMethod]
    public void FindFolder_Nowhere_NamesTheFoldersAndTheNextStep()
    {
        Write("app", "libggml-base.dylib"); // another platform's

        var error = Assert.ThrowsExactly<DllNotFoundException>(() => Locator().FindFolder());

        Assert.AreEqual(
            $"""
            No llama.cpp libraries were found for linux-arm64: none of these folders holds libggml-base.so:
              {In("own")}
              {In("one")}
              {In("app", "runtimes", "linux-arm64", "native")}
              {In("app")}
            The package TinyLlm.Gguf brings them for linux-x64, linux-arm64, win-x64, win-arm64, osx-arm64; publish for the platform that runs the application (dotnet publish -r linux-arm64), or set LLAMA_NATIVE_DIR to the folder of your own build.
            """.ReplaceLineEndings(),
            error.Message);
    }

    [TestMethod]
    public void FindLibrary_VersionedName_IsFound()
    {
        Write("app", "libggml-base.so", "libllama.v0.4.0.so", "libllama-common.so");

        Assert.AreEqual(In("app", "libllama.v0.4.0.so"), Locator().FindLibrary("llama"));
    }

    [TestMethod]
    public void FindLibrary_PlainNameBesideVersions_ThePlainOneIsTaken()
    {
        Write("app", "libggml-base.so", "libllama.so", "libllama.0.so");

        Assert.AreEqual(In("app", "libllama.so"), Locator().FindLibrary("llama"));
    }

    [TestMethod]
    public void FindLibrary_Missing_SaysThatTheSetIsIncomplete()
    {
        Write("app", "libggml-base.so");

        var error = Assert.ThrowsExactly<DllNotFoundException>(() => Locator().FindLibrary("llama"));

        Assert.AreEqual(
            $"libllama.so is missing in {In("app")}, which holds libggml-base.so: the libraries have to be a complete set of one llama.cpp release. "
            + "Build or publish again into an empty folder.",
            error.Message);
    }

    [TestMethod]
    public void FindLibrary_TwoVersions_NamesBoth()
    {
        Write("app", "libggml-base.so", "libllama.v0.4.0.so", "libllama.v0.5.0.so");

        var error = Assert.ThrowsExactly<DllNotFoundException>(() => Locator().FindLibrary("llama"));

        Assert.AreEqual(
            $"Expected one version of libllama.so in {In("app")} but found 2: libllama.v0.4.0.so, libllama.v0.5.0.so. "
            + "Build or publish again into an empty folder.",
            error.Message);
    }

    private NativeLibraryLocator Locator() => new(Linux, In("own"), In("one"), In("app"), null);

    private string In(params string[] parts) => Path.Combine([_root, .. parts]);

    private void Write(string folder, params string[] files)
    {
        var path = Directory.CreateDirectory(In(folder.Split('/'))).FullName;
        foreach (var file in files)
            File.WriteAllBytes(Path.Combine(path, file), []);
    }
}
