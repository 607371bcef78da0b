using System.Runtime.CompilerServices;

namespace TinyLlm.Gguf;

public sealed partial class TinyGptPredictionEngine
{
    private readonly SemaphoreSlim _turn = new(1, 1);       // a call's, or an enumeration's from its first piece to its last
    private readonly SemaphoreSlim _computing = new(1, 1);  // a call's, or that of one piece: Dispose waits for no more
    private readonly AsyncLocal<EnumerationTurn?> _enumeration = new();
    private volatile EnumerationTurn? _enumerating;
    private volatile bool _disposed;
    private int _computingThread;

    /// <summary>
    /// Frees the model once the call in progress has ended. An enumeration of <see cref="GenerateAsync"/> does not delay that for more than
    /// the piece in hand: it fails with <see cref="ObjectDisposedException"/> where it asks for the next one.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is called by <see cref="LlamaLog.Handler"/> in a call of this engine.</exception>
    public void Dispose()
    {
        ThrowIfComputingHere();
        _computing.Wait();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            Free();
            End(_enumerating);
        }
        finally
        {
            _computing.Release();
        }
    }

    // Native computation happens on the pinned thread where there is one, otherwise on the caller's.
    private T Compute<T>(Func<T> call) => _thread is null ? Watched(call) : _thread.Run(() => Watched(call));

    private void Compute(Action call) => Compute(() =>
    {
        call();
        return true;
    });

    private T Locked<T>(Func<T> call, CancellationToken cancellationToken = default) => Taken(() => Compute(call), cancellationToken);

    private T Taken<T>(Func<T> call, CancellationToken cancellationToken)
    {
        ThrowIfReentered();
        _turn.Wait(cancellationToken);
        try
        {
            _computing.Wait(cancellationToken);
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return call();
            }
            finally
            {
                _computing.Release();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // For what reads the model alone, which any number of threads may do at once, during a call too.
    private T Read<T>(Func<T> call)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var held = _model.Hold();
        return call();
    }

    private async IAsyncEnumerable<string> GeneratePieces(
        EnumerationTurn turn, string prompt, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfReentered();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        turn.Begin();
        _enumerating = turn;
        try
        {
            using var generation = await ComputeAsync(() => StartGeneration(prompt, options, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            while (await ComputeAsync(() => generation.MoveNext(cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                if (generation.Current.Length > 0)
                    yield return generation.Current.ToString();
            }
        }
        finally
        {
            End(turn);
        }
    }

    private async Task<T> ComputeAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        await _computing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var computed = _thread is null
                ? Task.Run(() => Watched(call), cancellationToken)
                : _thread.RunAsync(() => Watched(call));
            return await computed.ConfigureAwait(false);
        }
        finally
        {
            _computing.Release();
        }
    }

    private void End(EnumerationTurn? turn)
    {
        if (turn?.TryEnd() != true)
            return;
        _enumerating = null;
        _turn.Release();
    }

    private T Watched<T>(Func<T> call)
    {
        Volatile.Write(ref _computingThread, Environment.CurrentManagedThreadId);
        try
        {
            return call();
        }
        finally
        {
            Volatile.Write(ref _computingThread, 0);
        }
    }

    private void ThrowIfReentered()
    {
        ThrowIfComputingHere();
        if (_enumeration.Value is { IsOwnFlow: true })
        {
            throw new InvalidOperationException(
                "The engine is called inside an enumeration of its GenerateAsync, which holds it until the last piece: the call would wait "
                + "for itself. Read the pieces to the end or leave the enumeration before, or open a second engine; Tokenize, Detokenize "
                + "and Metrics may be called at any time.");
        }
    }

    private void ThrowIfComputingHere()
    {
        if (Volatile.Read(ref _computingThread) == Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException(
                "The engine is called by LlamaLog.Handler in a call of its own, and would wait for itself: make the call when that one has "
                + "returned.");
        }
    }

    /// <summary>Pieces that know in whose flow they are read.</summary>
    private sealed class Pieces(
        TinyGptPredictionEngine engine, string prompt, GenerationOptions options, CancellationToken callToken) : IAsyncEnumerable<string>
    {
        public IAsyncEnumerator<string> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            new Enumerator(engine, prompt, options, callToken, cancellationToken);
    }

    // Its methods are not async: what an async method sets in its flow is gone when it returns.
    private sealed class Enumerator : IAsyncEnumerator<string>
    {
        private readonly TinyGptPredictionEngine _engine;
        private readonly EnumerationTurn _turn;
        private readonly IAsyncEnumerator<string> _pieces;

        public Enumerator(
            TinyGptPredictionEngine engine, string prompt, GenerationOptions options, CancellationToken callToken,
            CancellationToken cancellationToken)
        {
            (_engine, _turn) = (engine, new EnumerationTurn(engine._enumeration.Value));
            _pieces = engine.GeneratePieces(_turn, prompt, options, callToken).GetAsyncEnumerator(cancellationToken);
        }

        public string Current => _pieces.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            _turn.Ask();
            var moved = _pieces.MoveNextAsync();
            _engine._enumeration.Value = _turn;
            return moved;
        }

        public ValueTask DisposeAsync()
        {
            if (_engine._enumeration.Value == _turn)
                _engine._enumeration.Value = _turn.Outer;
            return _pieces.DisposeAsync();
        }
    }
}
