using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>Threads that share work items; the caller is worker 0.</summary>
/// <remarks>
/// Work is announced in one word, <c>epoch : busy workers</c>. A worker joins an open epoch, takes items from a counter and leaves; the
/// caller closes the epoch when nobody is inside. It waits only for workers that joined: one whose processor another program holds delays
/// nothing that it has not begun. Who waits spins for some 20 µs, the time between two kernels of a step, gives its processor to whoever
/// wants it for some 200 µs more, the time that another worker needs for its last item, and sleeps after that: waking takes as long as
/// a small kernel.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int Spins = 500;
    private const int Yields = 400;
    private const long OneEpoch = 1L << 32;

    private readonly Thread[] _threads;
    private readonly Sleeper[] _sleepers;
    private Counters _counters;
    private WorkItems? _work;
    private int _count;
    private int _inside;
    private bool _stopping;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a pool of <paramref name="workers"/> threads, the caller included.</summary>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _sleepers = [.. Enumerable.Range(0, workers).Select(_ => new Sleeper())];
        _threads = new Thread[workers - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"TinyLlm worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Gets the number of workers.</summary>
    public int Workers { get; }

    /// <summary>Gets or sets who is told of each run when it has ended; for measurements.</summary>
    public Action<WorkItems, long>? Observer { get; set; }

    /// <summary>Does <paramref name="count"/> items and returns when all are done. Allocates nothing.</summary>
    /// <exception cref="InvalidOperationException">Work of this pool is running already.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    /// <remarks>
    /// What an item throws comes out here, after the other workers have stopped; items that nobody had begun are left out.
    /// </remarks>
    public void Run(WorkItems work, int count)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Interlocked.Exchange(ref _inside, 1) != 0)
        {
            throw new InvalidOperationException(
                "The pool runs one piece of work at a time, and another one has not ended; an item must not start work on its own pool.");
        }

        var start = Observer is null ? 0 : Stopwatch.GetTimestamp();
        try
        {
            if (_threads.Length == 0 || count <= 1)
            {
                for (var item = 0; item < count; item++)
                    work.Execute(item, 0);
                return;
            }

            (_work, _count, _failure) = (work, count, null);
            Volatile.Write(ref _counters.NextItem, 0);
            Interlocked.Add(ref _counters.Gate, OneEpoch);              // even to odd: open
            for (var worker = 1; worker < Math.Min(Workers, count); worker++)
                _sleepers[worker].Wake();
            TakeItems(0);
            Close();
            _failure?.Throw();
        }
        finally
        {
            _work = null;
            Volatile.Write(ref _inside, 0);
            Observer?.Invoke(work, Stopwatch.GetTimestamp() - start);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopping, true))
            return;
        for (var worker = 1; worker < Workers; worker++)
            _sleepers[worker].Wake();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var sleeper in _sleepers)
            sleeper.Dispose();
    }

    private static bool IsOpen(long gate) => (gate & OneEpoch) != 0;

    private static int Busy(long gate) => (int)gate;

    // Returns false when it is time to sleep.
    private static bool Linger(int turn)
    {
        if (turn < Spins)
            Thread.SpinWait(1);
        else if (turn < Spins + Yields)
            Thread.Yield();
        return turn < Spins + Yields;
    }

    private void Work(int worker)
    {
        for (var last = 0L; ;)
        {
            var gate = AwaitWork(worker, last);
            if (_stopping)
                return;
            if (Interlocked.CompareExchange(ref _counters.Gate, gate + 1, gate) != gate)
                continue;
            last = gate >> 32;
            TakeItems(worker);
            gate = Interlocked.Decrement(ref _counters.Gate);
            if (Busy(gate) == 0)
                _sleepers[0].Wake();
        }
    }

    private long AwaitWork(int worker, long last)
    {
        for (var spin = 0; ; spin++)
        {
            if (_stopping || HasWork(last))
                return Volatile.Read(ref _counters.Gate);
            if (Linger(spin))
                continue;
            if (_sleepers[worker].LieDown() && (_stopping || HasWork(last)))
                _sleepers[worker].GetUp();
            else
                _sleepers[worker].Sleep();
        }
    }

    private bool HasWork(long last)
    {
        var gate = Volatile.Read(ref _counters.Gate);
        return IsOpen(gate) && gate >> 32 != last;
    }

    private void TakeItems(int worker)
    {
        try
        {
            for (int item; (item = Interlocked.Increment(ref _counters.NextItem) - 1) < _count;)
                _work!.Execute(item, worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            Volatile.Write(ref _counters.NextItem, _count);
        }
    }

    private void Close()
    {
        for (var spin = 0; ; spin++)
        {
            var gate = Volatile.Read(ref _counters.Gate);
            if (Busy(gate) == 0 && Interlocked.CompareExchange(ref _counters.Gate, gate + OneEpoch, gate) == gate)
                return;
            if (Linger(spin))
                continue;
            if (_sleepers[0].LieDown() && Busy(Volatile.Read(ref _counters.Gate)) == 0)
                _sleepers[0].GetUp();
            else
                _sleepers[0].Sleep();
        }
    }

    // Apart from each other and from what stands around them: every worker writes to both.
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Counters
    {
        [FieldOffset(128)]
        public long Gate;

        [FieldOffset(256)]
        public int NextItem;
    }

    /// <summary>Where one worker sleeps. Who wakes it makes a system call only if it does sleep.</summary>
    private sealed class Sleeper : IDisposable
    {
        private readonly SemaphoreSlim _bed = new(0);
        private int _isDown;

        /// <summary>Announces sleep. Look for work again before <see cref="Sleep"/>: what came earlier woke nobody.</summary>
        public bool LieDown()
        {
            Interlocked.Exchange(ref _isDown, 1);
            return true;
        }

        public void Sleep() => _bed.Wait();

        /// <summary>Takes the announcement back.</summary>
        public void GetUp()
        {
            if (Interlocked.Exchange(ref _isDown, 0) == 0)
                _bed.Wait();                                            // woken in the meantime: take that, or it wakes us later
        }

        public void Wake()
        {
            if (Volatile.Read(ref _isDown) != 0 && Interlocked.Exchange(ref _isDown, 0) != 0)
                _bed.Release();
        }

        public void Dispose() => _bed.Dispose();
    }
}
