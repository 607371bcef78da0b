using System.Collections.Concurrent;

namespace TinyLlm.Gguf;

/// <summary>A thread of an engine's own, which native code may pin to a processor: the caller's thread must not stay pinned.</summary>
internal sealed class PinnedThread : IDisposable
{
    public const string Name = "TinyLlm pinned"; // Linux shows 15 characters

    private readonly BlockingCollection<Task> _calls = [];
    private readonly Thread _thread;

    public PinnedThread()
    {
        _thread = new Thread(Work) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    /// <summary>Makes the call there.</summary>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        // What follows must not run here: it would stay on the pinned thread, and wait for itself where it calls again.
        var task = new Task<T>(call, TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Add(task);
        return task;
    }

    /// <summary>Makes the call there and waits for it.</summary>
    public T Run<T>(Func<T> call) => RunAsync(call).GetAwaiter().GetResult();

    /// <summary>Ends the thread when it has made the calls before.</summary>
    public void Dispose()
    {
        _calls.CompleteAdding();
        _thread.Join();
        _calls.Dispose();
    }

    private void Work()
    {
        foreach (var call in _calls.GetConsumingEnumerable())
            call.RunSynchronously(TaskScheduler.Default);
    }
}
