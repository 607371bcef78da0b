namespace RecordTelemetry;

/// <summary>Keeps the machine busy in a known way until it is disposed.</summary>
internal sealed class Workload : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<Thread> _threads = [];

    private Workload()
    {
    }

    /// <summary>Gets what there is.</summary>
    public static string[] Names { get; } = ["idle", "compute", "memory", "disk", "mixed"];

    /// <summary>Starts a workload; how hard it works hangs on the seed.</summary>
    public static Workload Start(string name, int seed)
    {
        var (workload, random) = (new Workload(), new Random(seed));
        switch (name)
        {
            case "compute":
                workload.Run(Compute, random.Next(1, Environment.ProcessorCount + 1));
                break;
            case "memory":
                workload.Run(Memory, random.Next(1, 3));
                break;
            case "disk":
                workload.Run(Disk, 1);
                break;
            case "mixed":
                workload.Run(Compute, 1);
                workload.Run(Memory, 1);
                workload.Run(Disk, 1);
                break;
        }

        return workload;
    }

    public void Dispose()
    {
        _end.Cancel();
        _threads.ForEach(thread => thread.Join());
        _end.Dispose();
        GC.Collect();
    }

    private void Run(Action<CancellationToken> work, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(() => work(_end.Token)) { IsBackground = true };
            thread.Start();
            _threads.Add(thread);
        }
    }

    // Stays in registers and caches, with short rests as real jobs have them.
    private static void Compute(CancellationToken end)
    {
        for (var x = 1.0; !end.IsCancellationRequested; Thread.Sleep(1))
        {
            for (var i = 0; i < 20_000_000 && !end.IsCancellationRequested; i++)
                x = Math.Sqrt((x * 1.000001) + i);
            GC.KeepAlive(x);
        }
    }

    // Takes memory, goes through it, gives it back.
    private static void Memory(CancellationToken end)
    {
        var random = new Random(1);
        while (!end.IsCancellationRequested)
        {
            var block = GC.AllocateUninitializedArray<byte>(random.Next(32, 192) << 20);
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < block.Length && !end.IsCancellationRequested; i += 4096)
                    block[i]++;
            }

            Thread.Sleep(5);
        }
    }

    // Writes through to the disk, reads back, deletes.
    private static void Disk(CancellationToken end)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var chunk = new byte[1 << 20];
        while (!end.IsCancellationRequested)
        {
            const FileOptions Options = FileOptions.DeleteOnClose | FileOptions.WriteThrough;
            using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, Options))
            {
                for (var i = 0; i < 48 && !end.IsCancellationRequested; i++)
                    file.Write(chunk);
                file.Flush(flushToDisk: true);
                file.Position = 0;
                while (file.Read(chunk) > 0 && !end.IsCancellationRequested)
                {
                    // Only that it is read counts.
                }
            }

            Thread.Sleep(20);
        }
    }
}
