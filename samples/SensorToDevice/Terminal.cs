using System.Diagnostics;
using System.Globalization;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>What the person sees: a line for each stage with its time, and where training is.</summary>
internal sealed class Terminal : IProgress<TrainingProgress>
{
    private readonly Stopwatch _all = Stopwatch.StartNew();
    private string _stage = "";
    private int? _firstStep;

    /// <summary>Gets each stage with its seconds.</summary>
    public List<(string Stage, double Seconds)> Times { get; } = [];

    /// <summary>Runs a stage and tells how long it took and what came of it.</summary>
    public T Stage<T>(string name, Func<T> run, Func<T, string> outcome)
    {
        (_stage, _firstStep) = (name, null);
        var clock = Stopwatch.StartNew();
        Overwrite($"{name} …");
        var result = run();
        Times.Add((name, clock.Elapsed.TotalSeconds));
        Overwrite("");
        Say($"{name,-14}{clock.Elapsed.TotalSeconds,7:F1} s   {outcome(result)}{(_firstStep > 1 ? $", on from step {_firstStep}" : "")}");
        return result;
    }

    public static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Prints the forms of the model and the baselines.</summary>
    public static void SayTable(EvaluationReport report)
    {
        Console.WriteLine($"{"",-34}{"accuracy",-34}{"file",10}{"windows/s",11}{"perplexity",12}{"divergence",12}{"memory",10}");
        foreach (var form in report.Variants)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{form.Name,-34}{form.Evaluation.Accuracy,-34}{form.FileBytes / 1e6,7:F2} MB{form.RowsPerSecond,11:N0}"
                + $"{form.Perplexity,12:F3}{form.Divergence?.Mean,12:G2}{form.BufferBytes / 1e6,7:F1} MB"));
        }

        foreach (var baseline in report.Baselines)
            Say($"{baseline.Name,-34}{baseline.Accuracy}");
        Console.WriteLine(report.Verdict);
    }

    public void SayTotal() => Say($"{"altogether",-14}{_all.Elapsed.TotalSeconds,7:F1} s");

    public void Report(TrainingProgress value)
    {
        _firstStep ??= value.Step;
        Overwrite(string.Create(
            CultureInfo.InvariantCulture,
            $"{_stage}: step {value.Step} of {value.Steps}, loss {value.Point.Loss:F3}, "
            + $"{value.TokensPerSecond:N0} tokens/s, {value.TimeLeft.TotalSeconds:F0} s left"));
    }

    // A line that the next one replaces; not for files and pipes.
    private static void Overwrite(string text)
    {
        if (!Console.IsOutputRedirected)
            Console.Write($"\r{text,-100}\r");
    }
}
