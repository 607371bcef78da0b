using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>Writes a model file: a zip with one folder per component.</summary>
internal sealed class RepositoryWriter(Stream stream) : IDisposable
{
    private readonly ZipArchive _archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Writes one entry; entries are written one after the other.</summary>
    public void Write(string directory, string name, Action<Stream> write)
    {
        using var entry = _archive.CreateEntry(Repository.PathOf(directory, name), CompressionLevel.Fastest).Open();
        write(entry);
    }

    public void Dispose() => _archive.Dispose();
}
