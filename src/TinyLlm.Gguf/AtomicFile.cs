namespace TinyLlm.Gguf;

/// <summary>Writes files that are either complete or not there.</summary>
/// <remarks>
/// It writes beside the path, flushes to the disk, then renames. Until then, and after a failure, what stood at the path is untouched.
/// What a process leaves beside the path that is killed meanwhile, the next writer of the path deletes: it is known by its name, and by
/// that nobody has locked it any more.
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private const string Mark = ".tinyllm-";
    private const string Extension = ".tmp";
    private const int Attempts = 50; // another writer of the same path may take a file for a left one before it is locked

    private readonly string _target;

    /// <summary>Begins a file; without <see cref="Complete"/> it will not have been.</summary>
    /// <exception cref="IOException">It cannot be written there, such as where a folder stands.</exception>
    public AtomicFile(string path)
    {
        _target = Prepare(path);
        Stream = Begin(_target, FileAccess.Write, FileShare.Delete); // so that it can be renamed while it is locked
    }

    /// <summary>Gets where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="IOException">It cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            using var file = new AtomicFile(path);
            write(file.Stream);
            file.Complete();
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>
    /// Lets <paramref name="write"/> make a file at the path that it is given, which is then renamed: for writers that take no stream.
    /// </summary>
    /// <exception cref="IOException">It cannot be written; the message names it.</exception>
    public static void Replace(string path, Action<string> write)
    {
        try
        {
            var target = Prepare(path);
            string temporary;
            // On Unix a lock hinders no writer that does not ask for it, and holds off those who clean; on Windows the writer's own does.
            using (var held = Begin(target, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
            {
                temporary = held.Name;
                if (OperatingSystem.IsWindows())
                    held.Dispose();
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
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>Throws where a file cannot be written, as far as that can be known before there is anything to write.</summary>
    /// <exception cref="IOException">It cannot; the message says why.</exception>
    public static void Check(string path)
    {
        try
        {
            var target = RequireNoFolder(path);
            var folder = Path.GetDirectoryName(target)!;
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            {
                if (File.Exists(folder))
                    throw new IOException($"'{folder}' is a file, and a folder is expected.");
                folder = parent;
            }

            var probe = Path.Combine(folder, Path.GetFileName(target) + Mark + Path.GetRandomFileName() + Extension);
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>Puts the file in its place.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        File.Move(Stream.Name, _target, overwrite: true);
        Stream.Dispose();
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
            File.Delete(Stream.Name);
        }
    }

    // The last is .NET's word for a file that is larger than its file system, or its process, may have.
    private static bool IsOfTheFile(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };

    private static IOException CannotWrite(string path, Exception cause) =>
        new($"'{path}' cannot be written: {cause.Message}", cause) { HResult = cause.HResult };

    private static string RequireNoFolder(string path)
    {
        var target = Path.GetFullPath(path);
        return Directory.Exists(target) || Path.EndsInDirectorySeparator(target)
            ? throw new IOException($"'{target}' is a folder, and a file is expected.")
            : target;
    }

    // The folder is there afterwards, and what was left in it is gone.
    private static string Prepare(string path)
    {
        var target = RequireNoFolder(path);
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        foreach (var left in Directory.EnumerateFiles(folder, Path.GetFileName(target) + Mark + "*" + Extension))
        {
            try
            {
                using var taken = new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written, gone meanwhile, or another user's.
            }
        }

        return target;
    }

    private static FileStream Begin(string target, FileAccess access, FileShare share)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var file = new FileStream($"{target}{Mark}{Path.GetRandomFileName()}{Extension}", FileMode.CreateNew, access, share, 1 << 16);
                // Between its creation and its lock a writer of the same path may have deleted it; from here on nobody does.
                if (File.Exists(file.Name) || attempt == Attempts)
                    return file;
                file.Dispose();
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(Path.GetDirectoryName(target)))
            {
                // Another name.
            }
        }
    }
}
