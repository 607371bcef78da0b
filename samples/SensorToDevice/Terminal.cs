using System.Diagnostics;
using System.Globalization;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>
/// What the person sees: a line for each stage with its time, and where the stage is. On a terminal that line is written over; in a file
/// or a pipe there is one now and then, without control characters.
/// </summary>
internal sealed class Terminal : IProgress<TrainingProgress>, IProgress<ModelVariant>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _all = Stopwatch.StartNew();
    private readonly Stopwatch _sinceLine = new();
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private Stopwatch? _stageClock;
    private string _stage = "";
    private string _now = "";
    private int? _firstStep;

    public Terminal() => _timer = new Timer(_ => Tell(), null, Pause, Pause);

    /// <summary>Gets each stage with its seconds.</summary>
    public List<(string Stage, double Seconds)> Times { get; } = [];

    /// <summary>Runs a stage and tells how long it took and what came of it.</summary>
    public T Stage<T>(string name, Func<T> run, Func<T, string> outcome)
    {
        var clock = Stopwatch.StartNew();
        lock (_lock)
        {
            (_stage, _stageClock, _now, _firstStep) = (name, clock, "", null);
            _sinceLine.Restart();
            Overwrite($"{name} …");
        }

        try
        {
            var result = run();
            Times.Add((name, clock.Elapsed.TotalSeconds));
            lock (_lock)
            {
                Overwrite("");
                var resumed = _firstStep > 1 ? $", on from step {_firstStep}" : "";
                Say($"{name,-14}{clock.Elapsed.TotalSeconds,7:F1} s   {outcome(result)}{resumed}");
            }

            return result;
        }
        finally
        {
            lock (_lock)
            {
                Overwrite("");
                _stageClock = null;
            }
        }
    }

    public static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    public static void Warn(string text) => SayLines($"warning: {text}");

    /// <summary>Prints a text in lines of 80 columns.</summary>
    public static void SayLines(string text)
    {
        foreach (var line in Summary.Lines(text, 80))
            Console.WriteLine(line);
    }

    public void SayTotal() => Say($"{"altogether",-14}{_all.Elapsed.TotalSeconds,7:F1} s");

    public void Report(TrainingProgress value)
    {
        lock (_lock)
        {
            var isFirst = _firstStep is null;
            _firstStep ??= value.Step;
            _now = string.Create(
                CultureInfo.InvariantCulture,
                $"step {value.Step} of {value.Steps}, loss {value.Point.Loss:F3}, {value.TokensPerSecond:N0} tokens/s, "
                + $"{value.TimeLeft.TotalSeconds:F0} s left");
            Tell(isFirst);
        }
    }

    public void Report(ModelVariant value)
    {
        lock (_lock)
        {
            _now = string.Create(
                CultureInfo.InvariantCulture, $"{value.Name} is right on {value.Evaluation.Accuracy}, {value.RowsPerSecond:N0} windows/s");
            Tell(isNews: true);
            _now = ""; // the next form
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tell(bool isNews = false)
    {
        lock (_lock)
        {
            if (_stageClock is not { } clock)
                return;
            var seconds = clock.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            if (!Console.IsOutputRedirected)
            {
                Overwrite($"{_stage}: {(_now.Length > 0 ? _now : $"{seconds} s")}");
            }
            else if (isNews || _sinceLine.Elapsed >= Pause)
            {
                Console.WriteLine($"{_stage}, {seconds} s{(_now.Length > 0 ? $": {_now}" : "")}");
                _sinceLine.Restart();
            }
        }
    }

    // A line that the next one replaces; not for files and pipes.
    private static void Overwrite(string text)
    {
        if (Console.IsOutputRedirected)
            return;
        var width = Console.WindowWidth > 1 ? Console.WindowWidth - 1 : 79;
        Console.Write($"\r{(text.Length > width ? text[..width] : text).PadRight(width)}\r");
    }
}
