using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Benchmarks;

/// <summary>A training step on this machine: how fast, out of what, and how far from what the processor could do.</summary>
/// <remarks>
/// Batch 4 × 256, GPT-2 with its vocabulary of 50,257 and a tied head. A share of the peak counts 6 operations for each weight of a
/// product and token (4 where weights are frozen), and attention's; nothing that is computed twice counts twice.
/// </remarks>
internal static class TrainStep
{
    private const int Rows = 4;
    private const int Tokens = 256;

    /// <summary>Runs with <c>peak</c>, <c>gemm</c>, <c>30M</c>, <c>124M</c> or <c>all</c>; default all.</summary>
    public static void Run(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var what = arguments is [var name, ..] ? name : "all";
        var workers = arguments is [_, var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : Environment.ProcessorCount;
        Print($"train-step {what}: {workers} processors, load {Load()}, {(int)VectorKernels.Widest}-bit registers");
        var peaks = new[] { FmaPeak.Measure(1), FmaPeak.Measure(workers) };
        Print($"FMA peak: {peaks[0]:F0} GFLOP/s on one core, {peaks[1]:F0} on {workers}");
        if (what is "gemm" or "all")
        {
            if (workers > 1)
                Products(1, peaks[0]);
            Products(workers, peaks[1]);
        }

        if (what is "30M" or "all")
            Model("30M", 6, 384, 6, workers, peaks);
        if (what is "124M" or "all")
            Model("124M", 12, 768, 12, workers, peaks);
        Print($"peak working set {PeakMegabytes():F0} MB, load {Load()}");
    }

    /// <summary>Keeps one core busy until it is killed; started by the benchmark of a busy machine.</summary>
    public static void Spin()
    {
        while (true)
            Thread.SpinWait(1000);
    }

    private static void Products(int workers, double peak)
    {
        Print($"products, {workers} worker(s)");
        using var pool = new WorkerPool(workers);
        foreach (var (what, rows, columns, terms, layout) in new[]
        {
            ("X·Wᵀ  qkv 30M", 1024, 1152, 384, 'f'), ("X·Wᵀ  up 30M", 1024, 1536, 384, 'f'), ("X·Wᵀ  down 30M", 1024, 384, 1536, 'f'),
            ("dY·W  up 30M", 1024, 384, 1536, 'x'), ("dYᵀ·X up 30M", 1536, 384, 1024, 'w'), ("dYᵀ·X out 30M", 384, 384, 1024, 'w'),
            ("X·Wᵀ  head 30M", 256, 50257, 384, 'f'), ("dY·W  head 30M", 256, 384, 50257, 'x'), ("dYᵀ·X head 30M", 50257, 384, 256, 'w'),
            ("X·Wᵀ  up 124M", 1024, 3072, 768, 'f'), ("dY·W  up 124M", 1024, 768, 3072, 'x'), ("dYᵀ·X up 124M", 3072, 768, 1024, 'w'),
        })
        {
            Gemm gemm = null!;
            Matrix a = default, b = default, c = default;
            using var arena = Arena.Create("The benchmark", memory =>
            {
                gemm = new Gemm(pool, VectorKernels.Create(VectorKernels.Widest), memory, 1 << 21);
                a = layout == 'w' ? memory.Take(terms, rows).Transposed : memory.Take(rows, terms);
                b = layout == 'f' ? memory.Take(columns, terms).Transposed : memory.Take(terms, columns);
                c = memory.Take(rows, columns);
            });
            var (packing, all) = (0L, 0L);
            pool.Observer = (work, ticks) => (packing, all) = (packing + (work.GetType().Name == "PackItems" ? ticks : 0), all + ticks);
            var (median, best) = Time(60, () => gemm.Multiply(a, b, c, add: layout == 'w'));
            pool.Observer = null;
            var flops = 2.0 * rows * columns * terms / 1e9;
            Print($"  {what,-15} [{rows,5}, {columns,5}] K {terms,-6} median {flops / median,5:F0}, best {flops / best,5:F0} GFLOP/s,"
                + $" {flops / best / peak:P0} of peak, B packed in {packing / (double)all:P0}");
        }
    }

    private static void Model(string name, int layers, int width, int heads, int workers, double[] peaks)
    {
        var architecture = new ModelArchitecture
        {
            Kind = ModelKind.Gpt2,
            LayerCount = layers,
            EmbeddingLength = width,
            HeadCount = heads,
            ContextLength = Tokens,
        };
        var lora = new LoraOptions();
        var matrices = architecture.GetTensorShapes()
            .Where(t => t.Shape.Length == 2 && t.Name.StartsWith("blk.", StringComparison.Ordinal))
            .Sum(t => t.Shape[0] * t.Shape[1]);
        var head = (long)architecture.VocabularySize * width;
        // Q·Kᵀ and weights·V over half of the T×T pairs, and twice that backwards.
        var attention = 3L * 2 * Tokens * width * layers;
        Print($"{name}: {architecture.ParameterCount / 1e6:F1} M parameters, {matrices / 1e6:F1} M in the blocks' matrices");
        var full = Measure("full", architecture, null, workers, Batch(false), Flops(6, 6, 1), peaks[1], shares: true);
        var adapted = Measure("LoRA r=8", architecture, lora, workers, Batch(false), Flops(4, 4, 1), peaks[1], shares: true);
        var response = Measure(
            "LoRA r=8, 2 of 122 tokens", architecture, lora, workers, Batch(true), Flops(4, 4, 2.0 / 122), peaks[1], shares: true);
        var fullShort = Measure("full, 122 tokens", architecture, null, workers, Batch(false, 122), Flops(6, 6, 1), peaks[1]);
        Print($"  LoRA is {adapted.Rate / full.Rate:F2}× as fast as full in {adapted.Bytes / (double)full.Bytes:P0} of the memory;"
            + $" response only is {response.Rate / full.Rate:F2}× (full of the same length: {response.Rate / fullShort.Rate:F2}×)");
        foreach (var fewer in new[] { 1, 2, 3 }.Where(fewer => fewer < workers))
        {
            var some = Measure($"full, {fewer} worker(s)", architecture, null, fewer, Batch(false), Flops(6, 6, 1), peaks[0] * fewer);
            Print($"    1 → {workers} workers: {full.Rate / some.Rate:F2}× of {fewer}");
        }

        using (var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["spin"]) { UseShellExecute = false })!)
        {
            var busy = Measure("full, one core busy", architecture, null, workers, Batch(false), Flops(6, 6, 1), peaks[1]);
            other.Kill();
            Print($"    a busy core costs {1 - (busy.Rate / full.Rate):P0} of the step rate");
        }

        double Flops(int block, int ofHead, double headShare) => (block * (double)matrices) + (ofHead * head * headShare) + attention;
    }

    private static (double Rate, long Bytes) Measure(
        string what,
        ModelArchitecture architecture,
        LoraOptions? lora,
        int workers,
        TokenBatch batch,
        double flopsPerToken,
        double peak,
        bool shares = false)
    {
        using var pool = new WorkerPool(workers);
        var options = new NetworkOptions { MaximumRows = Rows, MaximumTokens = Tokens, Lora = lora };
        using var network = Network.Create(architecture, pool, options, seed: 1);
        using var adam = new AdamW(network.Parameters, pool, new AdamWOptions(0.9, 0.95, 1e-8, 0.1));
        var norm = new GradientNorm(adam.Trained, pool);
        var step = 0;
        Action one = () =>
        {
            var loss = network.Backpropagate(batch);
            adam.Update(++step, 3e-4, 1 / Math.Max(loss.Count, norm.Compute()));
        };
        var (seconds, best) = Time(12, one);
        var tokens = batch.Inputs.Length;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 5; i++)
            one();
        allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 5;
        var bytes = network.ByteCount + adam.Trained.Sum(parameter => 2 * sizeof(float) * parameter.Count);
        var rate = tokens / seconds;
        var gflops = rate * flopsPerToken / 1e9;
        Print($"  {what,-26} {seconds * 1e3,7:F1} ms, {rate,6:F0} tokens/s, {gflops,5:F0} GFLOP/s, {gflops / peak:P0} of peak"
            + $" (best {best * 1e3:F1} ms, {gflops * seconds / best / peak:P0}), {bytes / 1e6:F0} MB, {allocated} bytes allocated a step");
        if (shares)
            Shares(pool, network.Processor.Gemm, architecture.VocabularySize, one);
        return (rate, bytes);
    }

    private static void Shares(WorkerPool pool, Gemm gemm, int vocabulary, Action step)
    {
        var times = new Dictionary<string, long>();
        pool.Observer = (work, ticks) =>
        {
            var name = work.GetType().DeclaringType is { } outer ? $"{outer.Name}.{work.GetType().Name}" : work.GetType().Name;
            if (work.GetType().DeclaringType == typeof(Gemm))
            {
                var (rows, columns, terms) = gemm.Last;
                name += rows == vocabulary || columns == vocabulary || terms == vocabulary ? " (head)" : " (blocks)";
            }

            times[name] = times.GetValueOrDefault(name) + ticks;
        };
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++)
            step();
        var total = Stopwatch.GetTimestamp() - start;
        pool.Observer = null;
        times["between"] = total - times.Values.Sum();
        var shares = times.OrderByDescending(pair => pair.Value)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value / (double)total:P1}"));
        Print($"    {string.Join(", ", shares)}");
    }

    private static TokenBatch Batch(bool response, int length = Tokens)
    {
        var random = new Random(1);
        var batch = new TokenBatch(Rows, response ? 122 : length);
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
