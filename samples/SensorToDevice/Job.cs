using System.Collections.Immutable;
using System.Diagnostics;
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
internal sealed class Job(Settings settings, CancellationToken cancellationToken)
{
    private const int PretrainingRows = 2; // small steps, many of them
    private const int AdaptationRows = 8; // what the model knows of the texts should survive the labels
    private const int TokensOfRow = 256;
    private const int Few = 1000; // examples, from which a smaller model learns more

    private readonly MLContext _mlContext = new(settings.Seed);
    private readonly Terminal _terminal = new();
    private readonly List<(string Name, TrainingHistory History)> _trainings = [];

    public void Run()
    {
        var (table, trainRows, testRows) = Load();
        string[] labels = [.. trainRows.Concat(testRows).Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        var tiny = _mlContext.TinyLlm();
        var name = Path.GetFileNameWithoutExtension(settings.Csv);
        var paths = (Gguf: Path.Combine(settings.Folder, $"{name}.gguf"), Page: Path.Combine(settings.Folder, $"{name}.html"));

        var cut = Cut(tiny, table).Fit(table.View(trainRows));
        var (train, test) = (cut.Transform(table.View(trainRows)), cut.Transform(table.View(testRows)));
        var (trainFeatures, testFeatures) = (Features(train), Features(test));
        var overlap = Overlap(trainFeatures, testFeatures);
        var examples = trainFeatures.Length;
        var bins = new SensorBinOptions
        {
            Channels = [.. table.Channels],
            BinCount = settings.Bins,
            Kind = SensorBinKind.Quantile,
            Form = SensorTextForm.Values,
            Symbols = SensorSymbolStyle.Reserved, // a token for each value, which the vocabulary keeps whole
        };

        // What follows is an EstimatorChain in slow motion: each stage is fitted on what the one before it gives.
        var text = _terminal.Stage(
            "text", () => tiny.SensorText(new SensorTextOptions { ChannelsFirst = table.Samples > 1, Bins = bins }).Fit(train),
            fitted => FormattableString.Invariant($"{fitted.Bins!.Symbols.Length} symbols of {table.Channels.Length} channels"));
        var data = text.Transform(train);
        var pretrained = _terminal.Stage(
            "pre-training", () => tiny.Pretrain(Pretraining(table, examples)).Fit(data), fitted => Outcome("Pre-training", fitted));
        data = pretrained.Transform(data);
        var adapted = _terminal.Stage(
            "LoRA",
            () => tiny.FineTune(Adaptation(table, examples)).Fit(data),
            fitted => Outcome("LoRA", fitted.OfType<TrainedModelTransformer>().First()));
        data = adapted.Transform(data);
        var quantized = _terminal.Stage(
            "quantization",
            () => tiny.Quantize(GgufFileType.Q8_0).Append(tiny.ExportGguf(paths.Gguf)).Fit(data),
            _ => $"Q8_0, {paths.Gguf}");

        using var pipeline = new TransformerChain<ITransformer>(text, pretrained, adapted);
        var tested = pipeline.Transform(test);
        var variants = _terminal.Stage(
            "evaluation",
            () => tiny.EvaluateQuantizations(tested, new() { Labels = [.. labels], CancellationToken = cancellationToken }),
            forms => $"{string.Join(", ", forms.Select(form => form.Name))} in llama.cpp, on rows that nothing was learned from");
        var baselines = _terminal.Stage(
            "baselines",
            () => Baselines.Evaluate(labels, trainFeatures, Classes(train, labels), testFeatures, Classes(test, labels), cancellationToken),
            found => string.Join(", ", found.Select(baseline => baseline.Name)));
        quantized.Dispose();

        var times = _terminal.Times.Select(stage => FormattableString.Invariant($"{stage.Stage} {stage.Seconds:F1} s"));
        Finish(new EvaluationReport
        {
            Title = $"{Path.GetFileName(settings.Csv)}: which {settings.Label}?",
            Variants = variants,
            Baselines = baselines,
            Trainings = [.. _trainings],
            Remarks = [Describe(table, trainRows, testRows), .. overlap, $"Time: {string.Join(", ", times)}."],
        }, paths, tested);
    }

    private (SensorTable Table, SensorRow[] Train, SensorRow[] Test) Load() => _terminal.Stage(
        "rows",
        () =>
        {
            var table = SensorTable.Load(_mlContext, settings.Csv, settings);
            var (train, test) = settings.Test is null
                ? table.Split(settings.HoldOut)
                : (table.Rows, SensorTable.Load(_mlContext, settings.Test, settings).Rows);
            return (table, train, test);
        },
        loaded => Describe(loaded.table, loaded.train, loaded.test));

    private string Describe(SensorTable table, SensorRow[] train, SensorRow[] test)
    {
        var held = settings.Test is not null ? "of another file" : settings.HoldOut switch
        {
            HoldOut.Groups => $"of {settings.Group} {string.Join(", ", test.Select(row => row.Group).Distinct())}",
            HoldOut.Labels => "the last fifth of each label's",
            _ => "the last fifth",
        };
        var windows = settings.Window > 1
            ? $", in windows of {settings.Window} rows, one every {settings.Hop}, none over a change of {settings.Label}"
            : "";
        var incomplete = table.Incomplete > 0
            ? FormattableString.Invariant($"; {table.Incomplete:N0} rows lack a value and are left out")
            : "";
        return FormattableString.Invariant(
            $"{train.Length:N0} to learn from and {test.Length:N0} to test on, {held}{windows}{incomplete}.");
    }

    private IEstimator<ITransformer> Cut(TinyLlmCatalog tiny, SensorTable table)
    {
        if (settings.Window == 1)
            return _mlContext.Transforms.CopyColumns("Window", nameof(SensorRow.Values));
        return table.Samples == 1
            ? tiny.CutWindows(
                "Window", nameof(SensorRow.Values), settings.Window, settings.Hop, nameof(SensorRow.Run), nameof(SensorRow.Label))
            : throw new ArgumentException(
                $"A row has {table.Samples} samples of each channel, so it is a window by itself: leave out --window.");
    }

    // The reports say how many test rows equal a training row: an accuracy on them would be too good.
    private ImmutableArray<string> Overlap(float[][] train, float[][] test)
    {
        static IEnumerable<string> Texts(float[][] features) => features.Select(values => string.Join(' ', values));
        if (!settings.AllowDuplicates)
        {
            SplitCheck.Require(Texts(train), Texts(test));
            return [];
        }

        var overlap = SplitCheck.Find(Texts(train), Texts(test));
        if (overlap.Duplicates == 0)
            return [];
        var both = FormattableString.Invariant($"{overlap.Duplicates:N0} of the {overlap.Count:N0} test rows");
        return [$"{both} stand among the training rows, too."];
    }

    private PretrainOptions Pretraining(SensorTable table, int examples) => new()
    {
        Architecture = new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            LayerCount = settings.Layers ?? (examples < Few ? 3 : 4),
            EmbeddingLength = Width(examples),
            HeadCount = Math.Max(1, Width(examples) / 64),
            ContextLength = Math.Max(TokensOfRow, Tokens(table)),
            VocabularySize = 320 + (table.Channels.Length * (settings.Bins + 3)),
        },
        LabelColumnName = nameof(SensorRow.Label),
        ValidationFraction = 0,
        Training = Training(
            table, "pre-training", PretrainingRows, settings.Steps ?? Steps(table, PretrainingRows, 20 * examples, least: 800), rate: 1e-3),
    };

    private FineTuneOptions Adaptation(SensorTable table, int examples) => new()
    {
        Lora = new LoraOptions { Rank = 16, Alpha = 32 },
        ValidationFraction = 0,
        Training = Training(
            table,
            "lora",
            AdaptationRows,
            settings.AdaptationSteps ?? Steps(table, AdaptationRows, 6 * examples, least: 100),
            settings.AdaptationRate),
    };

    private TrainingOptions Training(SensorTable table, string stage, int rows, int steps, double rate) => new()
    {
        Steps = steps,
        BatchSize = rows,
        SequenceLength = Tokens(table) * ExamplesOfRow(table),
        LearningRate = rate,
        Dropout = settings.Dropout,
        EvaluateEvery = null,
        Seed = settings.Seed,
        CheckpointFolder = Path.Combine(settings.Folder, "checkpoints", stage),
        CheckpointEvery = 200,
        Resume = !settings.Fresh,
        Progress = _terminal,
        CancellationToken = cancellationToken,
    };

    private int Width(int examples) => settings.Width ?? (examples < Few ? 192 : 256);

    // Few rows are gone through more often: steps, not rows, make a model.
    private int Steps(SensorTable table, int rows, int examples, int least) =>
        Math.Clamp(examples / (rows * ExamplesOfRow(table)), least, 5 * least);

    private int ExamplesOfRow(SensorTable table) => Math.Max(1, TokensOfRow / Tokens(table));

    // Of a window with its label and what stands around it.
    private int Tokens(SensorTable table) => (table.Channels.Length * Math.Max(table.Samples, settings.Window)) + 8;

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

    private void Finish(EvaluationReport report, (string Gguf, string Page) paths, IDataView tested)
    {
        _terminal.SayTotal();
        report.Save(paths.Page);
        Directory.Delete(Path.Combine(settings.Folder, "checkpoints"), recursive: true);

        Console.WriteLine();
        Terminal.SayTable(report);
        Console.WriteLine();
        using var engine = TinyGptPredictionEngine.Open(paths.Gguf);
        var texts = tested.GetColumn<string>("Text").ToArray();
        var answer = engine.Classify(texts[0], report.Variants[0].Evaluation.Labels);
        var beginning = texts[0][..Math.Min(48, texts[0].Length)];
        Terminal.Say($"On the device: {beginning}… is {answer.Label} (p = {answer.Probabilities[answer.Index]:F3}).");
        var (tokens, memory) = (texts.Average(text => engine.Tokenize(text).Length), Process.GetCurrentProcess().PeakWorkingSet64);
        Terminal.Say($"Tokens per window {tokens:F1}, peak memory of all this {memory / 1e6:F0} MB.");
        Terminal.Say($"Model   {paths.Gguf}");
        Terminal.Say($"Report  {paths.Page}");
    }

    private static int[] Classes(IDataView data, string[] labels) =>
        [.. data.GetColumn<string>(nameof(SensorRow.Label)).Select(label => Array.IndexOf(labels, label))];

    private static float[][] Features(IDataView data) => [.. data.GetColumn<float[]>("Window")];
}
