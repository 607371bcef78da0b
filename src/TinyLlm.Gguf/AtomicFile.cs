namespace TinyLlm.Gguf;

/// <summary>Writes files that are either complete or not there.</summary>
/// <remarks>
/// It writes beside the path, flushes to the disk, then renames. Until then, and after a failure, what stood at the path is untouched.
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;

    /// <summary>Begins a file; without <see cref="Complete"/> it will not have been.</summary>
    public AtomicFile(string path)
    {
        (_target, _temporary) = Names(path);
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Gets what the name of an unfinished file ends in.</summary>
    public static string TemporaryExtension => ".tmp";

    /// <summary>Gets where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        write(file.Stream);
        file.Complete();
    }

    /// <summary>
    /// Lets <paramref name="write"/> make a file at the path that it is given, which is then renamed: for writers that take no stream.
    /// </summary>
    public static void Replace(string path, Action<string> write)
    {
        var (target, temporary) = Names(path);
        try
        {
            write(temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Puts the file in its place.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _target, overwrite: true);
    }

    /// <summary>Closes the file, and deletes it if it was not completed.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        finally
        {
            File.Delete(_temporary);
        }
    }

    // The folder is there afterwards, and no file has the temporary name.
    private static (string Target, string Temporary) Names(string path)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return (target, $"{target}.{Path.GetRandomFileName()}{TemporaryExtension}");
    }
}
