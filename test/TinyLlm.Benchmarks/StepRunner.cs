using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Benchmarks;

/// <summary>One way to train that takes part in a comparison: a network, an optimizer, a batch, and the times of its steps.</summary>
internal sealed class StepRunner : IDisposable
{
    private const int StepsPerTurn = 3;

    private readonly WorkerPool _pool;
    private readonly Transformer _network;
    private readonly AdamW _adam;
    private readonly GradientNorm _norm;
    private readonly TokenBatch _batch;
    private readonly List<double> _seconds = [];
    private int _step;

    public StepRunner(
        string name, ModelArchitecture architecture, LoraOptions? lora, int workers, TokenBatch batch,
        TrainingPrecision precision = TrainingPrecision.Single)
    {
        (Name, Workers, _batch) = (name, workers, batch);
        _pool = new WorkerPool(workers);
        var options = new NetworkOptions
        {
            MaximumRows = batch.Rows,
            MaximumTokens = architecture.ContextLength,
            Precision = precision,
            Lora = lora,
        };
        _network = Network.Create(architecture, _pool, options, seed: 1);
        var targets = batch.Targets.Count(target => target != TokenBatch.NoTarget);
        FlopsPerToken = _network.CountOperations(Tokens, batch.Length, targets) / Tokens;
        _adam = new AdamW(_network.Parameters, _pool, new AdamWOptions(0.9, 0.95, 1e-8, 0.1));
        _norm = new GradientNorm(_adam.Trained, _pool);
    }

    public string Name { get; }

    public int Workers { get; }

    public double FlopsPerToken { get; }

    public int Tokens => _batch.Inputs.Length;

    /// <summary>Gets the memory of network and optimizer.</summary>
    public long Bytes => _network.ByteCount + _adam.Trained.Sum(parameter => 2 * sizeof(float) * parameter.Count);

    /// <summary>Gets the median of the steps timed, in seconds.</summary>
    public double Median => _seconds.Order().ElementAt(_seconds.Count / 2);

    /// <summary>Gets the fastest step, in seconds.</summary>
    public double Best => _seconds.Min();

    /// <summary>Gets the managed bytes that the last timed step allocated.</summary>
    public long Allocated { get; private set; }

    /// <summary>Lets some runners take steps in turn, so that whatever else the machine does concerns all of them.</summary>
    /// <remarks>
    /// The first step of each turn finds another's memory in the caches, as no step of a training does, and is not timed.
    /// </remarks>
    public static void TakeTurns(IReadOnlyList<StepRunner> runners, int rounds)
    {
        foreach (var runner in runners)
        {
            runner._seconds.Clear();
            runner.Take(4);
        }

        Thread.Sleep(300);                                              // the second, better code of the loops is made in the background
        for (var round = 0; round < rounds; round++)
        {
            foreach (var runner in runners)
            {
                runner.Step();
                for (var i = 0; i < StepsPerTurn; i++)
                    runner.TimeStep();
            }
        }
    }

    /// <summary>Returns the median of the rounds' ratios of another's rate per token to this one's.</summary>
    public double RatioTo(StepRunner other)
    {
        var ratios = _seconds.Zip(other._seconds, (own, others) => others / other.Tokens / (own / Tokens)).Order().ToArray();
        return ratios[ratios.Length / 2];
    }

    /// <summary>Returns the time of each kind of work as a share of the step's.</summary>
    public string Shares(int vocabulary)
    {
        var times = new Dictionary<string, long>();
        _pool.Observer = (work, ticks) =>
        {
            var name = work.GetType().DeclaringType is { } outer ? $"{outer.Name}.{work.GetType().Name}" : work.GetType().Name;
            if (work is Gemm gemm)
            {
                var (rows, columns, terms, _) = gemm.Last;
                name += rows == vocabulary || columns == vocabulary || terms == vocabulary ? " (head)" : " (blocks)";
            }

            times[name] = times.GetValueOrDefault(name) + ticks;
        };
        var start = Stopwatch.GetTimestamp();
        Take(5);
        var total = Stopwatch.GetTimestamp() - start;
        _pool.Observer = null;
        times["between"] = total - times.Values.Sum();
        return string.Join(", ", times.Where(pair => pair.Value > total / 1000).OrderByDescending(pair => pair.Value)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value / (double)total:P1}")));
    }

    /// <summary>Takes steps without timing them.</summary>
    public void Take(int steps)
    {
        for (var i = 0; i < steps; i++)
            Step();
    }

    /// <summary>Adds a step to the times of each kind of work.</summary>
    public void Observe(KernelTimes times) => times.Observe(_pool, Step);

    public void Dispose()
    {
        _adam.Dispose();
        _network.Dispose();
        _pool.Dispose();
    }

    private void TimeStep()
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        Step();
        _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        Allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    }

    private void Step()
    {
        var loss = _network.Backpropagate(_batch);
        _adam.Update(++_step, 3e-4, 1 / Math.Max(loss.Count, _norm.Compute()));
    }
}
