using System.Diagnostics;
using System.Globalization;
using TinyLlm.Gguf;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>The exported file as a device runs it: window after window.</summary>
internal sealed class Device(string path, string[] texts, string[] labels) : IDisposable
{
    private const int MostWindows = 100;

    // J. Tunney, "LLaMA now goes faster on CPUs", https://justine.lol/matmul, March 2024: a Q8_0 model of 1.1 thousand million parameters
    // reads prompts in llama.cpp with 35 tokens/s on a Raspberry Pi 5 and with 10 on a 4, on four cores; each parameter of each token
    // takes two operations.
    private static readonly (string Board, double OperationsPerSecond)[] Boards =
    [
        ("Raspberry Pi 5", 2 * 1.1e9 * 35), ("Raspberry Pi 4", 2 * 1.1e9 * 10),
    ];

    private readonly TinyGptPredictionEngine _engine = TinyGptPredictionEngine.Open(path);

    /// <summary>Gets what the model costs here.</summary>
    public string Costs => string.Create(
        CultureInfo.InvariantCulture,
        $"Tokens per window {Tokens:F1}, peak memory of all this {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB.");

    private double Tokens => texts.Take(MostWindows).Average(text => _engine.Tokenize(text).Length);

    /// <summary>Answers for the first window.</summary>
    public string Say(string label)
    {
        var answer = _engine.Classify(texts[0], labels);
        var beginning = texts[0][..Math.Min(48, texts[0].Length)];
        var right = answer.Label == label ? "which is right" : $"and it is {label}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"On the device: {beginning}… is {answer.Label} (p = {answer.Probabilities[answer.Index]:F3}), {right}.");
    }

    /// <summary>Measures how long a window takes here, and estimates how long elsewhere.</summary>
    public ReportSection Times(CancellationToken cancellationToken)
    {
        _engine.Classify(texts[0], labels); // the first call makes the context
        var times = new List<double>();
        foreach (var text in texts.Take(MostWindows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            _engine.Classify(text, labels);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        var answers = labels.Sum(label => _engine.Tokenize(label).Length);
        var operations = 2 * _engine.Metrics.ParameterCount * (Tokens + answers);
        var cores = _engine.Threads;
        var used = Math.Min(cores, 4);
        return new ReportSection(
            "Time for a window, one by one",
            [
                ("here, measured", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{times[times.Count / 2]:F1} ms (median of {times.Count}; 95 % take less than "
                    + $"{times[(int)(0.95 * (times.Count - 1))]:F1} ms), {cores} thread{(cores == 1 ? "" : "s")}")),
                .. Boards.Select(board => (
                    $"{board.Board}, estimated",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"about {1000 * operations / (board.OperationsPerSecond * used / 4):G2} ms on {used} of 4 cores"))),
                ("basis of the estimate", string.Create(
                    CultureInfo.InvariantCulture,
                    $"{operations / 1e9:G2} thousand million operations for a window of {Tokens:F0} tokens and {answers} of labels; a "
                    + $"published measurement of llama.cpp, 35 and 10 tokens of a prompt in a second for 1.1 thousand million parameters "
                    + $"as Q8_0 on four cores of a Raspberry Pi 5 and 4 (J. Tunney, LLaMA now goes faster on CPUs, 2024). Not measured: a "
                    + $"small model may take twice as long or half.")),
            ]);
    }

    public void Dispose() => _engine.Dispose();
}
