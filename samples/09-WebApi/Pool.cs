using System.Threading.Channels;

namespace WebApi;

/// <summary>Lends what only one caller at a time may use; who finds nothing left waits for its turn.</summary>
internal sealed class Pool<T> : IDisposable
    where T : IDisposable
{
    private readonly Channel<T> _idle = Channel.CreateUnbounded<T>();

    public Pool(int count, Func<T> create)
    {
        All = [.. Enumerable.Range(0, count).Select(_ => create())];
        foreach (var item in All)
            _idle.Writer.TryWrite(item);
    }

    /// <summary>Gets what there is, lent or not.</summary>
    public IReadOnlyList<T> All { get; }

    /// <summary>Takes an item until the loan is disposed; a cancelled request leaves the queue.</summary>
    public async Task<Loan> TakeAsync(CancellationToken cancellationToken) => new(this, await _idle.Reader.ReadAsync(cancellationToken));

    public void Dispose()
    {
        foreach (var item in All)
            item.Dispose();
    }

    /// <summary>An item that comes back when this is disposed.</summary>
    internal readonly struct Loan(Pool<T> pool, T item) : IDisposable
    {
        public T Item => item;

        public void Dispose() => pool._idle.Writer.TryWrite(item);
    }
}
