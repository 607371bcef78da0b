namespace TinyLlm.Transforms;

/// <summary>Does work on all processors and gives the results in order.</summary>
internal static class OrderedParallel
{
    /// <summary>Returns the results for a source, lazily; at most twice the processors are read ahead.</summary>
    public static IEnumerable<TResult> Select<TSource, TResult>(
        IEnumerable<TSource> source, Func<TSource, TResult> work, CancellationToken cancellationToken)
    {
        using var items = source.GetEnumerator();
        var running = new Queue<Task<TResult>>();
        while (true)
        {
            while (running.Count < 2 * Environment.ProcessorCount && items.MoveNext())
            {
                var item = items.Current;
                running.Enqueue(Task.Run(() => work(item), cancellationToken));
            }

            if (!running.TryDequeue(out var oldest))
                yield break;
            yield return oldest.GetAwaiter().GetResult();
        }
    }
}
