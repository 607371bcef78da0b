using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Benchmarks;

/// <summary>A training step on this machine: how fast, out of what, and how far from what the processor could do.</summary>
/// <remarks>
/// Batch 4 × 256, GPT-2 with its vocabulary of 50,257 and a tied head. A share of the peak counts the operations of
/// <see cref="Network.CountOperations"/>.
/// </remarks>
internal static class TrainStep
{
    private const int Rows = 4;
    private const int Tokens = 256;
    private const int Rounds = 12;

    /// <summary>
    /// Runs with <c>peak</c>, <c>kernels</c>, <c>gemm</c>, <c>gc</c>, <c>30M</c>, <c>124M</c> or <c>all</c>; default all.
    /// </summary>
    public static void Run(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var what = arguments is [var name, ..] ? name : "all";
        var workers = arguments is [_, var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        Print($"train-step {what}: {workers} processors, load {Load()}, {(int)VectorKernels.Widest}-bit registers");
        var peaks = new[] { FmaPeak.Measure(1), FmaPeak.Measure(workers) };
        Print($"FMA peak: {peaks[0]:F0} GFLOP/s on one core, {peaks[1]:F0} on {workers}");
        var rates = new[] { MemoryRate.Measure(1), MemoryRate.Measure(workers) };
        Print($"memory: {rates[0]:F0} GB/s by one core, {rates[1]:F0} by {workers}, two streams read and one written");
        if (what is "kernels" or "all")
            Kernels(workers, peaks);
        if (what is "gemm" or "all")
        {
            if (workers > 1)
                Products(1, peaks[0]);
            Products(workers, peaks[1]);
        }

        if (what is "gc" or "all")
            Collections(workers);
        if (what is "30M" or "all")
            Model("30M", workers, peaks, compareWorkers: true);
        if (what is "124M" or "all")
            Model("124M", workers, peaks, compareWorkers: false);
        Print($"peak working set {PeakMegabytes():F0} MB, load {Load()}");
    }

    /// <summary>Keeps one core busy until it is killed; started by the benchmark of a busy machine.</summary>
    public static void Spin()
    {
        while (true)
            Thread.SpinWait(1000);
    }

    private static void Kernels(int workers, double[] peaks)
    {
        using var one = new StepRunner("one", Gpt2("30M"), null, 1, Batch(false));
        using var all = new StepRunner("all", Gpt2("30M"), null, workers, Batch(false));
        StepRunner.TakeTurns([one, all], rounds: 1);
        var (single, shared) = (new KernelTimes(), new KernelTimes());
        for (var round = 0; round < Rounds; round++)
        {
            one.Observe(single);
            for (var i = 0; i < 3; i++)
                all.Observe(shared);
        }

        Print($"a step of 30M, one worker and {workers}; of each run the best of {Rounds} and {3 * Rounds}");
        Print($"  all: {single.Total:F1} and {shared.Total:F1} ms, {single.Total / shared.Total:F2}×");
        foreach (var kind in shared.Kinds.Where(kind => single.Milliseconds(kind) >= 0.2))
        {
            var (before, after) = (single.Milliseconds(kind), shared.Milliseconds(kind));
            var rate = single.Rate(kind) == 0 ? "" : $", {single.Rate(kind),4:F0} and {shared.Rate(kind),4:F0} GFLOP/s,"
                + $" {single.Rate(kind) / peaks[0]:P0} and {shared.Rate(kind) / peaks[1]:P0} of peak";
            Print($"  {kind,-32} {before,7:F2} and {after,6:F2} ms, {before / after,4:F2}×{rate}");
        }
    }

    private static void Collections(int workers)
    {
        const int Steps = 1000;
        var architecture = new ModelArchitecture
        {
            Kind = ModelKind.Gpt2,
            LayerCount = 2,
            EmbeddingLength = 64,
            HeadCount = 4,
            ContextLength = Tokens,
            VocabularySize = 50257,
        };
        using var runner = new StepRunner("small", architecture, null, workers, Batch(false));
        StepRunner.TakeTurns([runner], rounds: 3);
        var before = Enumerable.Range(0, 3).Select(GC.CollectionCount).ToArray();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        runner.Take(Steps);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var collections = Enumerable.Range(0, 3).Select(generation => GC.CollectionCount(generation) - before[generation]);
        Print(
            $"{Steps} steps of a small network: {allocated / Steps} bytes allocated a step,"
            + $" collections of generations 0 to 2: {string.Join(", ", collections)}");
    }

    private static void Products(int workers, double peak)
    {
        Print($"products, {workers} worker(s)");
        using var pool = new WorkerPool(workers);
        foreach (var (what, rows, columns, terms, layout) in new[]
        {
            ("X·Wᵀ  qkv 30M", 1024, 1152, 384, 'f'), ("X·Wᵀ  up 30M", 1024, 1536, 384, 'f'), ("X·Wᵀ  down 30M", 1024, 384, 1536, 'f'),
            ("dY·W  up 30M", 1024, 384, 1536, 'x'), ("dYᵀ·X up 30M", 1536, 384, 1024, 'w'), ("dYᵀ·X out 30M", 384, 384, 1024, 'w'),
            ("X·Wᵀ  head 30M", 512, 50257, 384, 'f'), ("dY·W  head 30M", 512, 384, 50257, 'x'), ("dYᵀ·X head 30M", 50257, 384, 512, 'w'),
            ("X·Wᵀ  up 124M", 1024, 3072, 768, 'f'), ("dY·W  up 124M", 1024, 768, 3072, 'x'), ("dYᵀ·X up 124M", 3072, 768, 1024, 'w'),
        })
        {
            Gemm gemm = null!;
            Matrix a = default, b = default, c = default;
            using var arena = Arena.Create("The benchmark", memory =>
            {
                gemm = new Gemm(pool, VectorKernels.Create(VectorKernels.Widest), memory, 3 << 20);
                a = layout == 'w' ? Take(memory, terms, rows).Transposed : Take(memory, rows, terms);
                b = layout == 'f' ? memory.Take(columns, terms).Transposed : memory.Take(terms, columns);
                c = Take(memory, rows, columns);
            });
            var (median, best) = Time(60, () => gemm.Multiply(a, b, c, add: layout == 'w'));
            var flops = 2.0 * rows * columns * terms / 1e9;
            Print($"  {what,-15} [{rows,5}, {columns,5}] K {terms,-6} median {flops / median,5:F0}, best {flops / best,5:F0} GFLOP/s,"
                + $" {flops / best / peak:P0} of peak");
        }

        // As the head keeps its logits.
        static Matrix Take(Arena arena, int rows, int columns) =>
            columns == 50257 ? arena.TakeApart(rows, columns) : arena.Take(rows, columns);
    }

    private static ModelArchitecture Gpt2(string name)
    {
        var (layers, width, heads) = name == "30M" ? (6, 384, 6) : (12, 768, 12);
        return new ModelArchitecture
        {
            Kind = ModelKind.Gpt2,
            LayerCount = layers,
            EmbeddingLength = width,
            HeadCount = heads,
            ContextLength = Tokens,
        };
    }

    private static void Model(string name, int workers, double[] peaks, bool compareWorkers)
    {
        var architecture = Gpt2(name);
        var matrices = architecture.GetTensorShapes()
            .Where(t => t.Shape.Length == 2 && t.Name.StartsWith("blk.", StringComparison.Ordinal))
            .Sum(t => t.Shape[0] * t.Shape[1]);
        Print($"{name}: {architecture.ParameterCount / 1e6:F1} M parameters, {matrices / 1e6:F1} M in the blocks' matrices, steps in turn");
        using var full = new StepRunner("full", architecture, null, workers, Batch(false));
        using var adapted = new StepRunner("LoRA r=8", architecture, new LoraOptions(), workers, Batch(false));
        using var response = new StepRunner(
            "LoRA r=8, 2 of 122 tokens", architecture, new LoraOptions(), workers, Batch(true));
        using var fullRounded = new StepRunner(
            "full, BF16", architecture, null, workers, Batch(false), TrainingPrecision.BFloat16);
        using var adaptedRounded = new StepRunner(
            "LoRA r=8, BF16", architecture, new LoraOptions(), workers, Batch(false), TrainingPrecision.BFloat16);
        var fewer = compareWorkers
            ? Enumerable.Range(1, workers - 1)
                .Select(some => new StepRunner($"full, {some} worker(s)", architecture, null, some, Batch(false))).ToArray()
            : [];
        StepRunner[] all = [full, fullRounded, adapted, adaptedRounded, response, .. fewer];
        StepRunner.TakeTurns(all, Rounds);
        foreach (var runner in all)
        {
            var rate = runner.Tokens / runner.Median;
            var gflops = rate * runner.FlopsPerToken / 1e9;
            var peak = runner.Workers * Math.Max(peaks[1] / workers, peaks[0]);
            Print(
                $"  {runner.Name,-26} {runner.Median * 1e3,7:F1} ms, {rate,6:F0} tokens/s, {gflops,5:F0} GFLOP/s,"
                + $" {gflops / peak:P0} of peak (best {runner.Best * 1e3:F1} ms, {gflops * runner.Median / runner.Best / peak:P0}), {runner.Bytes / 1e6:F0} MB,"
                + $" {runner.Allocated} bytes allocated a step");
        }

        Print(
            $"  LoRA to full: {adapted.RatioTo(full):F2}× in {adapted.Bytes / (double)full.Bytes:P0} of the memory;"
            + $" response only: {response.RatioTo(full):F2}×");
        foreach (var (rounded, single) in new[] { (fullRounded, full), (adaptedRounded, adapted) })
        {
            Print(
                $"  {rounded.Name} to F32: {rounded.Bytes / (double)single.Bytes:P0} of the memory,"
                + $" {rounded.RatioTo(single):F2}× the rate");
        }

        foreach (var some in fewer)
            Print($"  {workers} workers to {some.Workers}: {full.RatioTo(some):F2}×");
        foreach (var runner in new[] { full, fullRounded, adapted, response })
            Print($"  {runner.Name}: {runner.Shares(architecture.VocabularySize)}");
        foreach (var some in fewer)
            some.Dispose();

        var before = full.Median;
        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["spin"]) { UseShellExecute = false })!;
        StepRunner.TakeTurns([full], Rounds);
        other.Kill();
        Print($"  with one core kept busy: {full.Median * 1e3:F1} ms, which costs {1 - (before / full.Median):P0} of the step rate");
    }

    private static TokenBatch Batch(bool response)
    {
        var random = new Random(1);
        var batch = new TokenBatch(Rows, response ? 122 : Tokens);
        for (var i = 0; i < batch.Inputs.Length; i++)
        {
            batch.Inputs[i] = random.Next(50257);
            batch.Targets[i] = response && i % 122 < 120 ? TokenBatch.NoTarget : random.Next(50257);
        }

        return batch;
    }

    private static (double Median, double Best) Time(int repeats, Action action)
    {
        for (var i = 0; i < 5; i++)
            action();
        Thread.Sleep(200);                                              // the second, better code of the loops is made in the background
        action();
        var times = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(times);
        return (times[repeats / 2], times[0]);
    }

    private static string Load() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..2]) : "unknown";

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private static void Print(string line) => Console.WriteLine(line);
}
