using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Training;

/// <summary>A folder with the last checkpoint and the one before it; at any moment one of them at least is whole.</summary>
internal sealed class CheckpointFolder(string folder)
{
    public const string Name = "checkpoint.gguf";

    private const string PreviousName = "checkpoint.previous.gguf";

    /// <summary>Gets the path of the last checkpoint.</summary>
    public string CurrentPath { get; } = Path.Combine(Path.GetFullPath(folder), Name);

    /// <summary>Gets the path of the one before.</summary>
    public string PreviousPath { get; } = Path.Combine(Path.GetFullPath(folder), PreviousName);

    /// <summary>Keeps other trainings out of the folder until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another training is in it; the message says which.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public CheckpointLock Lock(TimeProvider time)
    {
        try
        {
            return CheckpointLock.Take(Path.GetDirectoryName(CurrentPath)!, time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The checkpoint '{CurrentPath}' cannot be written: {exception.Message} Make room or choose another CheckpointFolder.",
                exception);
        }
    }

    /// <summary>
    /// Writes a checkpoint. What stood there becomes the previous one when the new one is complete on the disk, not earlier.
    /// </summary>
    /// <exception cref="IOException">The checkpoint cannot be written; the last two are as they were.</exception>
    public void Save(Checkpoint checkpoint) => Save(stream => CheckpointFile.Write(stream, checkpoint));

    /// <summary>Opens the last checkpoint that is whole; null where there is none at all.</summary>
    /// <exception cref="FormatException">There are checkpoints, and none of them is whole.</exception>
    public CheckpointFile? OpenLast()
    {
        List<string> faults = [];
        foreach (var path in new[] { CurrentPath, PreviousPath })
        {
            try
            {
                if (File.Exists(path))
                    return CheckpointFile.Open(path);
            }
            catch (FormatException fault)
            {
                faults.Add(fault.Message);
            }
        }

        return faults.Count == 0
            ? null
            : throw new FormatException($"No checkpoint can be read. {string.Join(' ', faults)} To begin anew, set Resume to false.");
    }

    internal void Save(Action<Stream> write)
    {
        try
        {
            using var file = new AtomicFile(CurrentPath);
            write(file.Stream);
            file.Stream.Flush(flushToDisk: true);
            if (File.Exists(CurrentPath))
                File.Move(CurrentPath, PreviousPath, overwrite: true);
            file.Complete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The checkpoint '{CurrentPath}' cannot be written: {exception.Message} Earlier checkpoints are as they were, and so is "
                + "the training in memory. Make room or choose another CheckpointFolder.",
                exception);
        }
    }
}
