using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

namespace SensorToDevice;

/// <summary>
/// Everything from the rows to the evaluated file: the stages of one ML.NET pipeline,
/// fitted one after the other so that each can tell its time.
/// </summary>
internal sealed class Job(Settings settings, CancellationToken cancellationToken) : IDisposable
{
    private const GgufFileType Exported = GgufFileType.Q8_0;

    private readonly MLContext _mlContext = new(settings.Seed);
    private readonly Terminal _terminal = new();
    private readonly List<(string Name, TrainingHistory History)> _trainings = [];

    public void Run()
    {
        var rows = _terminal.Stage("rows", Load, loaded => loaded.Describe(settings));
        var interruption = new Interruption(settings);
        interruption.Begin();
        foreach (var remark in rows.Remarks)
            Terminal.SayLines(remark);
        foreach (var warning in rows.Warnings)
            Terminal.Warn(warning);

        var tiny = _mlContext.TinyLlm();
        var name = Path.GetFileNameWithoutExtension(settings.Csv);
        var paths = (Gguf: Path.Combine(settings.Folder, $"{name}.gguf"), Page: Path.Combine(settings.Folder, $"{name}.html"));
        var (train, test) = (SensorWindows.View(_mlContext, rows.Train), SensorWindows.View(_mlContext, rows.Test));
        var plan = new TrainingPlan(settings, rows, _terminal, cancellationToken);

        // What follows is an EstimatorChain in slow motion: each stage is fitted on what the one before it gives.
        var text = _terminal.Stage(
            "text", () => tiny.SensorText(plan.Text).Fit(train),
            fitted => FormattableString.Invariant($"{fitted.Bins!.Symbols.Length} symbols of {rows.Table.Channels.Length} channels"));
        var data = text.Transform(train);
        var pretrained = _terminal.Stage(
            "pre-training", () => tiny.Pretrain(plan.Pretraining).Fit(data), fitted => Outcome("Pre-training", fitted));
        data = pretrained.Transform(data);
        var adapted = _terminal.Stage(
            "LoRA",
            () => tiny.FineTune(plan.Adaptation).Fit(data),
            fitted => Outcome("LoRA", fitted.OfType<TrainedModelTransformer>().First()));
        data = adapted.Transform(data);
        var quantized = _terminal.Stage(
            "quantization",
            () => tiny.Quantize(Exported).Append(tiny.ExportGguf(paths.Gguf)).Fit(data),
            _ => $"{Exported}, {paths.Gguf}");

        using var pipeline = new TransformerChain<ITransformer>(text, pretrained, adapted);
        var tested = pipeline.Transform(test);
        var options = new QuantizationEvaluationOptions
        {
            Labels = [.. rows.Labels],
            Progress = _terminal,
            CancellationToken = cancellationToken,
        };
        var variants = _terminal.Stage(
            "evaluation",
            () => tiny.EvaluateQuantizations(tested, options),
            forms => $"{string.Join(", ", forms.Select(form => form.Name))} in llama.cpp, on windows that nothing was learned from");
        var baselines = _terminal.Stage("baselines", () => Evaluate(rows), found => string.Join(", ", found.Select(of => of.Name)));
        quantized.Dispose();

        using var device = new Device(paths.Gguf, [.. tested.GetColumn<string>("Text")], rows.Labels);
        var report = new EvaluationReport
        {
            Title = $"{Path.GetFileName(settings.Csv)}: which {settings.Label}?",
            Variants = variants,
            Exported = Exported.ToString(),
            Unit = "windows",
            Baselines = [.. baselines],
            Trainings = [.. _trainings],
            TrainingCounts = [.. rows.Labels.Select(label => (label, rows.Train.Count(row => row.Label == label)))],
            Windows = rows.Draw(),
            Remarks = [rows.Describe(settings), .. rows.Remarks, .. rows.Warnings.Select(warning => $"Warning: {warning}"), Times()],
            Sections = [device.Times(cancellationToken), plan.Describe(adapted), Provenance.Of(paths.Gguf)],
        };
        _terminal.SayTotal();
        report.Save(paths.Page);
        interruption.End();
        Finish(report, paths, device, rows.Test[0].Label);
    }

    public void Dispose() => _terminal.Dispose();

    private JobRows Load() => JobRows.Load(_mlContext, settings);

    private IReadOnlyList<ClassificationEvaluation> Evaluate(JobRows rows)
    {
        int[] Classes(WindowRow[] windows) => [.. windows.Select(window => Array.IndexOf(rows.Labels, window.Label))];
        float[][] Features(WindowRow[] windows) => [.. windows.Select(window => window.Window)];
        return Baselines.Evaluate(
            rows.Labels, Features(rows.Train), Classes(rows.Train), Features(rows.Test), Classes(rows.Test), cancellationToken);
    }

    private string Times() =>
        $"Time: {string.Join(", ", _terminal.Times.Select(stage => FormattableString.Invariant($"{stage.Stage} {stage.Seconds:F1} s")))}.";

    private string Outcome(string name, TrainedModelTransformer fitted)
    {
        var history = fitted.History;
        _trainings.Add((name, history));
        var speed = history.TokensPerSecond is { } tokens
            ? FormattableString.Invariant($"{tokens:N0} tokens/s")
            : "as its checkpoint had it";
        var (millions, points) = (fitted.Model.Architecture.ParameterCount / 1e6, history.Points);
        return FormattableString.Invariant(
            $"{millions:F1} M parameters, {points.Length} steps, loss {points[0].Loss:F2} to {points[^1].Loss:F2}, {speed}");
    }

    private static void Finish(EvaluationReport report, (string Gguf, string Page) paths, Device device, string label)
    {
        Console.WriteLine();
        Summary.Say(report);
        Console.WriteLine();
        var exported = report.Variants.Single(form => form.Name == report.Exported).Evaluation;
        var majority = report.Baselines[0];
        if (exported.Accuracy.Value < majority.Accuracy.Value)
            Terminal.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"the model is right on {100 * exported.Accuracy.Value:F1} % and worse than always the same answer, {majority.Name}, on "
                + $"{100 * majority.Accuracy.Value:F1} %: it is not worth a device."));
        else
            Console.WriteLine(device.Say(label));
        Console.WriteLine(device.Costs);
        Console.WriteLine($"Model   {paths.Gguf}");
        Console.WriteLine($"Report  {paths.Page}");
    }
}
