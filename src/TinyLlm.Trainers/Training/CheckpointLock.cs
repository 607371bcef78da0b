using System.Globalization;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Training;

/// <summary>The right of one training to write to a checkpoint folder.</summary>
/// <remarks>
/// <c>checkpoint.lock</c> is locked for as long as the training runs; the system takes the lock back when the process ends, however it
/// does. <c>checkpoint.holder</c> says who it is. Both are deleted at the end, and what a killed process left is taken over.
/// </remarks>
internal sealed class CheckpointLock : IDisposable
{
    private const string LockName = "checkpoint.lock";
    private const string HolderName = "checkpoint.holder";

    private readonly FileStream _lock;
    private readonly string _holderPath;

    private CheckpointLock(FileStream file, string holderPath) => (_lock, _holderPath) = (file, holderPath);

    /// <summary>Takes the lock of a folder, which is there afterwards.</summary>
    /// <exception cref="InvalidOperationException">Another training has it; the message says which.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static CheckpointLock Take(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var (lockPath, holderPath) = (Path.Combine(folder, LockName), Path.Combine(folder, HolderName));
        while (true)
        {
            var file = Open(folder, lockPath, holderPath);
            try
            {
                var holder = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, since {time.GetUtcNow():u}");
                file.Write(System.Text.Encoding.UTF8.GetBytes(holder));
                file.Flush(flushToDisk: true);
                // Who had it before may have deleted the file between our opening and our locking it; then the lock is of no file.
                if (FileStamp.Of(lockPath) == FileStamp.Of(file.SafeFileHandle))
                {
                    File.WriteAllText(holderPath, holder);
                    return new CheckpointLock(file, holderPath);
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_holderPath);
        _lock.Dispose();
    }

    private static FileStream Open(string folder, string lockPath, string holderPath)
    {
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new InvalidOperationException(
                $"Another training writes its checkpoints to '{folder}': {Holder(holderPath)}. Wait until it ends, or choose another "
                + "CheckpointFolder.",
                e);
        }
    }

    private static string Holder(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException e)
        {
            return $"it has not said yet who it is ({e.Message})";
        }
    }
}
