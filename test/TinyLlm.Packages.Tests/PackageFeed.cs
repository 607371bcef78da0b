using System.IO.Compression;

namespace TinyLlm.Packages.Tests;

/// <summary>A package source with the packages that are made of what this build has built, under a version that no cache knows.</summary>
internal sealed class PackageFeed : IDisposable
{
    private static readonly Lazy<PackageFeed> Made = new(() => new PackageFeed());

    private PackageFeed()
    {
        Version = $"0.1.0-test.{Guid.NewGuid():N}";
        Folder = RepositoryFolder.PathOf($"artifacts/test-feeds/{Version}");
        string[] version = [$"-p:PackageVersion={Version}", $"-p:PackageOutputPath={Folder}", $"-p:NuspecOutputPath={Folder}/nuspec"];
        Dotnet.Run(RepositoryFolder.Root, ["pack", "build/Packages.slnf", "--no-build", "-c", Configuration, .. version]);
    }

    /// <summary>Gets the feed; the first who asks waits until it is made.</summary>
    public static PackageFeed Current => Made.Value;

    /// <summary>Gets the feed if somebody has asked for it.</summary>
    public static PackageFeed? Existing => Made.IsValueCreated ? Made.Value : null;

    /// <summary>Gets the version of all three packages.</summary>
    public string Version { get; }

    /// <summary>Gets the full path of the folder.</summary>
    public string Folder { get; }

    // Outputs stand in bin/{project}/{configuration}.
    private static string Configuration => Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Opens a package, or with <c>.snupkg</c> its symbols.</summary>
    public ZipArchive Open(string id, string extension = ".nupkg") => ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}{extension}"));

    /// <summary>Deletes the folder.</summary>
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
