namespace TinyLlm.Gguf;

/// <summary>An engine's turn that an enumeration of pieces holds, and who it is that reads them.</summary>
/// <param name="outer">The turn inside whose enumeration this one is asked for, if there is one.</param>
/// <remarks>
/// The body of an <c>await foreach</c> and what it calls are one flow. That flow is known by an <see cref="AsyncLocal{T}"/>, which work
/// that was started in it inherits: such work runs in a task or on a thread of its own, may wait, and is told apart by that.
/// </remarks>
internal sealed class EnumerationTurn(EnumerationTurn? outer)
{
    private const int Waiting = 0;
    private const int Held = 1;
    private const int Ended = 2;

    private int _state = Waiting;
    private int _thread;
    private int? _task;

    public EnumerationTurn? Outer => outer;

    /// <summary>Gets whether a call that is made now, here, would wait for its own end.</summary>
    public bool IsOwnFlow => (Volatile.Read(ref _state) == Held && IsHere) || outer is { IsOwnFlow: true };

    // Behind an await, code runs in the thread pool and in no task; a task has its number, a new thread is not of the pool.
    private bool IsHere =>
        Task.CurrentId == _task && Environment.CurrentManagedThreadId == _thread
        || (Task.CurrentId is null && Thread.CurrentThread.IsThreadPoolThread);

    /// <summary>Notes that the caller asks for a piece.</summary>
    public void Ask() => (_thread, _task) = (Environment.CurrentManagedThreadId, Task.CurrentId);

    /// <summary>Begins the turn.</summary>
    public void Begin() => Volatile.Write(ref _state, Held);

    /// <summary>Ends the turn; returns whether this call did.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Ended, Held) == Held;
}
