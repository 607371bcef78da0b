using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>Threads that share work items; the caller is worker 0.</summary>
/// <remarks>
/// Each worker has a range of neighbouring items, and helps with the others' when it is through: of kernels that cut alike it does the same
/// part again and finds there what it wrote, which comes late from another's cache. Nothing else may depend on who does what. Work is
/// announced in one word, <c>epoch : busy workers</c>. A worker joins an open epoch, takes items and leaves; the caller closes the epoch
/// when nobody is inside. It waits only for workers that joined: one whose processor another program holds delays nothing that it has not
/// begun. Who waits spins for some 20 µs, the time between two kernels of a step, gives its processor to whoever wants it for some 200 µs
/// more, the time that another worker needs for its last item, and sleeps after that: waking takes as long as a small kernel.
/// </remarks>
internal sealed class WorkerPool : IDisposable
{
    private const int Spins = 500;
    private const int Yields = 400;
    private const long OneEpoch = 1L << 32;

    // Numbers between two counters, each of which has cache lines to itself.
    private const int Apart = 32;

    private readonly Thread[] _threads;
    private readonly Sleeper[] _sleepers;
    private readonly int[] _next;
    private Announcement _announcement;
    private WorkItems? _work;
    private int _count;
    private int _inside;
    private int _disposed;
    private bool _stopping;
    private ExceptionDispatchInfo? _failure;

    [ThreadStatic]
    private static WorkerPool? _working; // the pool that this thread does an item of

    /// <summary>Makes a pool of <paramref name="workers"/> threads, the caller included.</summary>
    public WorkerPool(int workers)
        : this(workers, thread => thread.Start())
    {
    }

    internal WorkerPool(int workers, Action<Thread> start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _next = new int[(workers + 1) * Apart];
        _sleepers = [.. Enumerable.Range(0, workers).Select(_ => new Sleeper())];
        _threads = new Thread[workers - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"TinyLlm worker {worker}" };
            try
            {
                start(_threads[i]);
            }
            catch
            {
                Stop(i);
                throw;
            }
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
        if (Interlocked.Exchange(ref _inside, 1) != 0)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            throw new InvalidOperationException(
                "The pool runs one piece of work at a time, and another one has not ended; an item must not start work on its own pool.");
        }

        var start = Observer is null ? 0 : Stopwatch.GetTimestamp();
        var outer = _working;
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            _working = this;
            if (_threads.Length == 0 || count <= 1)
            {
                for (var item = 0; item < count; item++)
                    work.Execute(item, 0);
                return;
            }

            (_work, _count, _failure) = (work, count, null);
            for (var part = 0; part < Parts; part++)
                NextItem(part) = FirstItem(part);
            Interlocked.Add(ref _announcement.Gate, OneEpoch);              // even to odd: open
            for (var worker = 1; worker < Math.Min(Workers, count); worker++)
                _sleepers[worker].Wake();
            TakeItems(0);
            Close();
            _failure?.Throw();
        }
        finally
        {
            _work = null;
            _working = outer;
            Volatile.Write(ref _inside, 0);
            Observer?.Invoke(work, Stopwatch.GetTimestamp() - start);
        }
    }

    /// <summary>Ends the threads when the work in progress is done.</summary>
    /// <exception cref="InvalidOperationException">An item of this pool's work calls it.</exception>
    public void Dispose()
    {
        if (_working == this)
            throw new InvalidOperationException("An item must not dispose the pool that works on it: it would wait for itself.");
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        for (var wait = default(SpinWait); Interlocked.Exchange(ref _inside, 1) != 0;)
            wait.SpinOnce();
        Stop(_threads.Length);
    }

    private void Stop(int started)
    {
        Volatile.Write(ref _stopping, true);
        for (var worker = 1; worker <= started; worker++)
            _sleepers[worker].Wake();
        foreach (var thread in _threads.AsSpan(0, started))
            thread.Join();
        foreach (var sleeper in _sleepers)
            sleeper.Dispose();
    }

    private int Parts => Math.Min(Workers, _count);

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
        _working = this;
        for (var last = 0L; ;)
        {
            var gate = AwaitWork(worker, last);
            if (_stopping)
                return;
            if (Interlocked.CompareExchange(ref _announcement.Gate, gate + 1, gate) != gate)
                continue;
            last = gate >> 32;
            TakeItems(worker);
            gate = Interlocked.Decrement(ref _announcement.Gate);
            if (Busy(gate) == 0)
                _sleepers[0].Wake();
        }
    }

    private long AwaitWork(int worker, long last)
    {
        for (var spin = 0; ; spin++)
        {
            if (_stopping || HasWork(last))
                return Volatile.Read(ref _announcement.Gate);
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
        var gate = Volatile.Read(ref _announcement.Gate);
        return IsOpen(gate) && gate >> 32 != last;
    }

    private int FirstItem(int part) => (int)((long)part * _count / Parts);

    private ref int NextItem(int part) => ref _next[(part + 1) * Apart];

    private void TakeItems(int worker)
    {
        try
        {
            for (var turn = 0; turn < Parts; turn++)
            {
                var part = (worker + turn) % Parts;
                ref var next = ref NextItem(part);
                var end = FirstItem(part + 1);
                for (int item; Volatile.Read(ref next) < end && (item = Interlocked.Increment(ref next) - 1) < end;)
                    _work!.Execute(item, worker);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            for (var part = 0; part < Parts; part++)
                Volatile.Write(ref NextItem(part), _count);
        }
    }

    private void Close()
    {
        for (var spin = 0; ; spin++)
        {
            var gate = Volatile.Read(ref _announcement.Gate);
            if (Busy(gate) == 0 && Interlocked.CompareExchange(ref _announcement.Gate, gate + OneEpoch, gate) == gate)
                return;
            if (Linger(spin))
                continue;
            if (_sleepers[0].LieDown() && Busy(Volatile.Read(ref _announcement.Gate)) == 0)
                _sleepers[0].GetUp();
            else
                _sleepers[0].Sleep();
        }
    }

    // Apart from what stands around it: every worker writes to it.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Announcement
    {
        [FieldOffset(128)]
        public long Gate;
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
