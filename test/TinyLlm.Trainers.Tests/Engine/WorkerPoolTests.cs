using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Tests.Engine;

[TestClass]
[DoNotParallelize]
public sealed class WorkerPoolTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(7)]
    public void Run_ManyTimes_DoesEveryItemOnce(int workers)
    {
        using var pool = new WorkerPool(workers);
        for (var count = 0; count < 300; count++)
        {
            var work = new Counting(count, workers);
            pool.Run(work, count);
            Assert.IsTrue(work.Done.All(done => done == 1), $"{count} items");
        }
    }

    [TestMethod]
    public void Run_AfterAPause_WakesSleepingWorkers()
    {
        using var pool = new WorkerPool(4);
        var together = new Meeting(4);
        pool.Run(together, 4);
        SpinWait.SpinUntil(() => false, 20);                            // longer than workers spin: they sleep now
        pool.Run(together, 4);
        Assert.AreEqual(2, together.Meetings);
    }

    // All four are inside at once, so that nobody can help anybody.
    [TestMethod]
    public void Run_AsManyItemsAsWorkers_GivesEachItsOwn()
    {
        using var pool = new WorkerPool(4);
        var together = new Meeting(4);
        pool.Run(together, 4);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, together.Workers);
    }

    [TestMethod]
    public void Run_OneItemTakesLong_OthersDoTheRestOfItsRange()
    {
        using var pool = new WorkerPool(2);
        var work = new Waiting(100);
        pool.Run(work, 100);
        Assert.IsTrue(work.OthersEnded, "99 items ended while the first did not");
    }

    [TestMethod]
    public void Run_ItemThrows_ReachesTheCallerAfterAllHaveStopped()
    {
        using var pool = new WorkerPool(4);
        var work = new Failing(failing: 5);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => pool.Run(work, 100));
        Assert.AreEqual("item 5", error.Message);
        Assert.AreEqual(0, work.Inside);
        var next = new Counting(50, 4);
        pool.Run(next, 50);
        Assert.IsTrue(next.Done.All(done => done == 1));
    }

    [TestMethod]
    public void Run_FromAnItem_Throws()
    {
        using var pool = new WorkerPool(2);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => pool.Run(new Nested(pool), 8));
        StringAssert.Contains(error.Message, "an item must not start work on its own pool");
    }

    [TestMethod]
    public void Run_Often_AllocatesNothing()
    {
        using var pool = new WorkerPool(4);
        var work = new Counting(64, 4);
        for (var i = 0; i < 100; i++)
            pool.Run(work, 64);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 1000; i++)
            pool.Run(work, 64);
        // Some hundred bytes are the test host's own.
        Assert.IsLessThan(32_000, GC.GetTotalAllocatedBytes(precise: true) - before, "bytes in 1,000 runs");
    }

    [TestMethod]
    public void Constructor_ThreadCannotBeStarted_EndsThoseBefore()
    {
        var started = new List<Thread>();
        Assert.ThrowsExactly<OutOfMemoryException>(() => new WorkerPool(5, thread =>
        {
            if (started.Count == 2)
                throw new OutOfMemoryException();
            thread.Start();
            started.Add(thread);
        }));
        Assert.HasCount(2, started);
        Assert.IsTrue(started.TrueForAll(thread => !thread.IsAlive));
    }

    // A run that has begun ends with all its items done; one that has not is refused.
    [TestMethod]
    public void Dispose_WhileWorkIsRun_LetsItEnd()
    {
        for (var round = 0; round < 100; round++)
        {
            var pool = new WorkerPool(3);
            var disposer = new Thread(pool.Dispose);
            var runs = 0;
            try
            {
                for (; runs < 10_000; runs++)
                {
                    if (runs == round)
                        disposer.Start();
                    var work = new Counting(20, 3);
                    pool.Run(work, 20);
                    Assert.IsTrue(work.Done.All(done => done == 1), $"round {round}, run {runs}");
                }
            }
            catch (ObjectDisposedException)
            {
                Assert.IsGreaterThanOrEqualTo(round, runs);
            }

            disposer.Join();
        }
    }

    [TestMethod]
    public void Dispose_ByAnItem_IsRefused()
    {
        using var pool = new WorkerPool(2);
        using var other = new WorkerPool(2);
        var work = new Acting(() =>
        {
            other.Run(new Counting(4, 2), 4);
            Assert.ThrowsExactly<InvalidOperationException>(pool.Dispose);
        });
        pool.Run(work, 1);
        pool.Run(new Counting(4, 2), 4);
    }

    [TestMethod]
    public void Dispose_EndsTheThreadsAndRefusesWork()
    {
        var pool = new WorkerPool(4);
        pool.Run(new Counting(8, 4), 8);
        pool.Dispose();
        pool.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => pool.Run(new Counting(8, 4), 8));
    }

    [TestMethod]
    public void Constructor_NoWorker_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new WorkerPool(0));

    private sealed class Counting(int count, int workers) : WorkItems
    {
        public int[] Done { get; } = new int[count];

        public override void Execute(int item, int worker) => Interlocked.Add(ref Done[item], worker >= 0 && worker < workers ? 1 : 1000);
    }

    // Every worker waits in its item until all have come.
    private sealed class Meeting(int workers) : WorkItems
    {
        private readonly Barrier _barrier = new(workers);

        public long Meetings => _barrier.CurrentPhaseNumber;

        /// <summary>Gets who did each item last.</summary>
        public int[] Workers { get; } = new int[workers];

        public override void Execute(int item, int worker)
        {
            Workers[item] = worker;
            Assert.IsTrue(_barrier.SignalAndWait(TimeSpan.FromSeconds(30)));
        }
    }

    // The first item ends after all others, whoever does them.
    private sealed class Waiting(int count) : WorkItems
    {
        private readonly CountdownEvent _others = new(count - 1);

        public bool OthersEnded { get; private set; }

        public override void Execute(int item, int worker)
        {
            if (item == 0)
                OthersEnded = _others.Wait(TimeSpan.FromSeconds(30));
            else
                _others.Signal();
        }
    }

    private sealed class Failing(int failing) : WorkItems
    {
        private int _inside;

        public int Inside => Volatile.Read(ref _inside);

        public override void Execute(int item, int worker)
        {
            Interlocked.Increment(ref _inside);
            try
            {
                Thread.SpinWait(1000);
                if (item == failing)
                    throw new InvalidDataException($"item {item}");
            }
            finally
            {
                Interlocked.Decrement(ref _inside);
            }
        }
    }

    private sealed class Nested(WorkerPool pool) : WorkItems
    {
        public override void Execute(int item, int worker) => pool.Run(this, 1);
    }

    private sealed class Acting(Action act) : WorkItems
    {
        public override void Execute(int item, int worker) => act();
    }
}
