using System.Diagnostics.CodeAnalysis;

namespace TinyLlm.Gguf.Llama;

/// <summary>Finds the folder that holds llama.cpp's native libraries, and the file of each.</summary>
/// <remarks>
/// Searched in this order, and the first folder that holds <c>ggml-base</c> wins: the environment variable <c>LLAMA_NATIVE_DIR</c>;
/// the folders of the runtime's <c>NATIVE_DLL_SEARCH_DIRECTORIES</c> (where a NuGet package's libraries are);
/// <c>runtimes/&lt;rid&gt;/native</c> beside the application (where the build copies them); the application's own folder; the same two
/// beside this assembly, and in the package that it was loaded from, for hosts that load it by itself: notebooks, scripts, plug-ins.
/// </remarks>
internal sealed class NativeLibraryLocator
{
    /// <summary>The environment variable that names a folder to search first.</summary>
    public const string FolderVariable = "LLAMA_NATIVE_DIR";

    private const string Marker = "ggml-base";
    private readonly NativePlatform _platform;

    /// <summary>Searches the given places, in this order.</summary>
    /// <param name="platform">The platform whose file names to look for.</param>
    /// <param name="ownFolder">A folder that the user names, or null.</param>
    /// <param name="runtimeFolders">Folders separated by <see cref="Path.PathSeparator"/>, or null.</param>
    /// <param name="baseFolder">The application's folder.</param>
    /// <param name="assemblyFolder">This assembly's folder, or null where it has no file.</param>
    public NativeLibraryLocator(
        NativePlatform platform, string? ownFolder, string? runtimeFolders, string baseFolder, string? assemblyFolder)
    {
        _platform = platform;
        // A package holds assemblies as lib/net10.0/*.dll.
        var lib = Path.GetDirectoryName(assemblyFolder) is { } parent && Path.GetFileName(parent) == "lib" ? parent : null;
        var natives = Path.Combine("runtimes", platform.RuntimeIdentifier, "native");
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] folders =
        [
            .. string.IsNullOrWhiteSpace(ownFolder) ? Array.Empty<string>() : [ownFolder],
            .. runtimeFolders?.Split(Path.PathSeparator, Tidy) ?? [],
            Path.Combine(baseFolder, natives),
            baseFolder,
            .. assemblyFolder is null ? Array.Empty<string>() : [Path.Combine(assemblyFolder, natives), assemblyFolder],
            .. lib is null ? Array.Empty<string>() : [Path.Combine(lib, "..", natives)],
        ];
        Folders = [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct()];
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Harmless because an empty location is no folder then.")]
    private static string? AssemblyFolder => Path.GetDirectoryName(typeof(NativeLibraryLocator).Assembly.Location);

    /// <summary>Gets the folders searched, as full paths, first to last.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Returns a locator that searches the places of the running process.</summary>
    public static NativeLibraryLocator ForThisProcess() => new(
        NativePlatform.Current,
        Environment.GetEnvironmentVariable(FolderVariable),
        AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string,
        AppContext.BaseDirectory,
        AssemblyFolder);

    /// <summary>Returns the first folder that holds the libraries.</summary>
    /// <exception cref="DllNotFoundException">None of the folders holds them.</exception>
    public string FindFolder()
        => Folders.FirstOrDefault(folder => FilesOf(folder, Marker).Length > 0) ?? throw new DllNotFoundException(
            $"No llama.cpp libraries were found for {_platform.RuntimeIdentifier}: none of these folders holds "
            + $"{_platform.FileName(Marker)}:{Environment.NewLine}"
            + string.Concat(Folders.Select(folder => $"  {folder}{Environment.NewLine}"))
            + $"The package TinyLlm.Gguf brings them for {string.Join(", ", NativePlatform.Prebuilt)}; publish for the platform that runs "
            + $"the application (dotnet publish -r {_platform.RuntimeIdentifier}), "
            + $"or set {FolderVariable} to the folder of your own build.");

    /// <summary>Returns the full path of one library, whatever version its file name carries.</summary>
    /// <param name="name">Its name without prefix, version and extension: <c>llama</c>, <c>ggml</c> or <c>ggml-base</c>.</param>
    /// <exception cref="DllNotFoundException">The libraries are nowhere, or this one is missing or there in several versions.</exception>
    public string FindLibrary(string name)
    {
        var folder = FindFolder();
        var plain = Path.Combine(folder, _platform.FileName(name));
        return FilesOf(folder, name) switch
        {
            [var only] => only,
            [] => throw new DllNotFoundException(
                $"{_platform.FileName(name)} is missing in {folder}, which holds {_platform.FileName(Marker)}: "
                + "the libraries have to be a complete set of one llama.cpp release. Build or publish again into an empty folder."),
            var several when several.Contains(plain) => plain,
            var several => throw new DllNotFoundException(
                $"Expected one version of {_platform.FileName(name)} in {folder} but found {several.Length}: "
                + $"{string.Join(", ", several.Select(Path.GetFileName))}. Build or publish again into an empty folder."),
        };
    }

    // "libllama.v0.4.0.so" is llama; "libllama-common.so" is not.
    private string[] FilesOf(string folder, string name)
        => Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(file => _platform.IsLibrary(Path.GetFileName(file), name))
                .Order(StringComparer.Ordinal)]
            : [];
}
