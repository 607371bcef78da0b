namespace TinyLlm.Gguf;

/// <summary>
/// A folder for files that are needed for a while, which nobody else may read (on Unix), deleted with all it holds. What a process
/// left that was killed, the next one deletes.
/// </summary>
/// <remarks>
/// A file beside it is locked for as long as it is used. The system takes the lock back when a process ends, however it does: so no number
/// of a process is needed, which can have come to another one, or to one in another container.
/// </remarks>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "tinyllm-scratch-";
    private const string LockExtension = ".lock";

    private const int Attempts = 3;

    private static int _cleaned;

    private readonly FileStream _lock;

    /// <summary>Makes an empty folder in the system's folder for temporary files.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public ScratchFolder()
        : this(System.IO.Path.GetTempPath())
    {
        if (Interlocked.Exchange(ref _cleaned, 1) == 0)
            RemoveLeftovers(System.IO.Path.GetTempPath());
    }

    internal ScratchFolder(string parent)
    {
        // Locked before there is a folder: whoever cleans meanwhile finds it in use.
        (Path, _lock) = Begin(parent);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path);
            else
                Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Gets the folder's full path.</summary>
    public string Path { get; }

    /// <summary>Deletes the folder.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
                Directory.Delete(Path, recursive: true);
        }
        finally
        {
            _lock.Dispose();
        }
    }

    /// <summary>Deletes what processes left that are no more. What cannot be deleted stays, such as what is another user's.</summary>
    internal static void RemoveLeftovers(string parent)
    {
        foreach (var path in Directory.EnumerateFiles(parent, Prefix + "*" + LockExtension))
        {
            try
            {
                using var taken = Lock(path, FileMode.Open);
                var folder = path[..^LockExtension.Length];
                if (Directory.Exists(folder))
                    Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, gone meanwhile, or another user's.
            }
        }
    }

    private static (string Path, FileStream Lock) Begin(string parent)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(parent, Prefix + System.IO.Path.GetRandomFileName());
            try
            {
                return (path, Lock(path + LockExtension, FileMode.CreateNew));
            }
            catch (IOException) when (attempt < Attempts && Directory.Exists(parent))
            {
                // Whoever cleaned took the file for a left one before it was locked.
            }
        }
    }

    // The file is deleted when it is closed.
    private static FileStream Lock(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew)
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
