using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>Reads a model file.</summary>
internal sealed class RepositoryReader(Stream stream) : IDisposable
{
    private readonly ZipArchive _archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);

    /// <summary>Opens an entry for reading and seeking; <see langword="null"/> where there is none.</summary>
    public Stream OpenOrNull(string directory, string name)
    {
        var entry = _archive.GetEntry(Repository.PathOf(directory, name));
        if (entry is null)
            return null;
        var buffer = Repository.CreateBuffer(entry.Length);
        using var source = entry.Open();
        source.CopyTo(buffer);
        buffer.Position = 0;
        return buffer;
    }

    public void Dispose() => _archive.Dispose();
}
