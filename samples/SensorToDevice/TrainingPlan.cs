using System.Globalization;
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

namespace SensorToDevice;

/// <summary>The settings of each stage, as they follow from the rows and what was asked for.</summary>
internal sealed class TrainingPlan(Settings settings, JobRows rows, Terminal terminal, CancellationToken cancellationToken)
{
    private const int PretrainingRows = 2; // small steps, many of them
    private const int AdaptationRows = 8; // what the model knows of the texts should survive the labels
    private const int TokensOfRow = 256;
    private const int Few = 1000; // examples, from which a smaller model learns more
    private const int Evaluations = 12; // of the loss on windows held out
    private const int MostHeldOut = 200; // windows: a curve, not a verdict

    public SensorTextOptions Text => new()
    {
        ChannelsFirst = settings.Window == 1,
        Bins = new SensorBinOptions
        {
            Channels = [.. rows.Table.Channels.Select(channel => channel.Name)],
            SampleCounts = settings.Window == 1 ? [.. rows.Table.Channels.Select(channel => channel.Columns.Length)] : null,
            BinCount = settings.Bins,
            Kind = SensorBinKind.Quantile,
            Form = SensorTextForm.Values,
            Symbols = SensorSymbolStyle.Reserved, // a token for each value, which the vocabulary keeps whole
        },
    };

    public PretrainOptions Pretraining => new()
    {
        Architecture = new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            LayerCount = settings.Layers ?? (Examples < Few ? 3 : 4),
            EmbeddingLength = Width,
            HeadCount = Math.Max(1, Width / 64),
            ContextLength = Math.Max(TokensOfRow, Tokens),
            VocabularySize = 320 + (rows.Table.Channels.Length * (settings.Bins + 3)),
        },
        LabelColumnName = nameof(WindowRow.Label),
        GroupColumnName = nameof(WindowRow.Block),
        ValidationFraction = HeldOut,
        Training = Training(
            "pre-training", PretrainingRows, settings.Steps ?? Steps(PretrainingRows, 20 * Examples, least: 800), rate: 1e-3),
    };

    public FineTuneOptions Adaptation => new()
    {
        Lora = new LoraOptions { Rank = 16, Alpha = 32 },
        GroupColumnName = nameof(WindowRow.Block),
        ValidationFraction = HeldOut,
        Training = Training(
            "lora",
            AdaptationRows,
            settings.AdaptationSteps ?? Steps(AdaptationRows, 6 * Examples, least: 100),
            settings.AdaptationRate),
    };

    private int Examples => rows.Train.Length;

    private double HeldOut => Math.Min(0.05, (double)MostHeldOut / Examples);

    private int Width => settings.Width ?? (Examples < Few ? 192 : 256);

    // Of a window with its label and what stands around it.
    private int Tokens => rows.Test[0].Window.Length + 8;

    // A row holds a fifth of the windows at most, so that there are some.
    private int ExamplesOfRow => Math.Clamp(TokensOfRow / Tokens, 1, Math.Max(1, Examples / 5));

    /// <summary>Returns the settings, for the report.</summary>
    public ReportSection Describe(ITransformer adapted)
    {
        var model = ((IEnumerable<ITransformer>)adapted).OfType<TrainedModelTransformer>().First().Model.Architecture;
        var (pretraining, adaptation) = (Pretraining, Adaptation);
        return new ReportSection(
            "Settings",
            [
                ("model", Invariant($"{model.Kind}: {model.LayerCount} blocks, width {model.EmbeddingLength}, {model.HeadCount} heads, ")
                    + Invariant($"context {model.ContextLength}, vocabulary {model.VocabularySize}, {model.ParameterCount:N0} parameters")),
                ("channels", string.Join(", ", rows.Table.Channels.Select(
                    channel => channel.Columns.Length > 1 ? $"{channel.Name} ({channel.Columns.Length} samples)" : channel.Name))),
                ("windows", settings.Window > 1 ? $"{settings.Window} rows, one every {settings.Hop}" : "a row each"),
                ("text", $"{settings.Bins} quantile bins for each channel, a token for each value"),
                ("pre-training", Describe(pretraining.Training, pretraining.ValidationFraction)),
                ("LoRA", $"rank {adaptation.Lora!.Rank}, alpha {adaptation.Lora.Alpha}, "
                    + Describe(adaptation.Training, adaptation.ValidationFraction)),
                ("seed", $"{settings.Seed}"),
                ("command", string.Join(' ', settings.Describe().Where(option => option.Value is not ("default" or "none"))
                    .Select(option => $"{option.Name} {option.Value}"))),
            ]);
    }

    private static string Describe(TrainingOptions training, double heldOut) => Invariant(
        $"{training.Steps} steps of {training.BatchSize} × {training.SequenceLength} tokens, learning rate {training.LearningRate:G3}, ")
        + Invariant($"{training.Schedule} schedule, weight decay {training.WeightDecay:G3}, dropout {training.Dropout:G3}, ")
        + Invariant($"{heldOut:P1} of the training windows held out for the validation loss");

    private TrainingOptions Training(string stage, int batch, int steps, double rate) => new()
    {
        Steps = steps,
        BatchSize = batch,
        SequenceLength = Tokens * ExamplesOfRow,
        LearningRate = rate,
        Dropout = settings.Dropout,
        EvaluateEvery = Math.Max(1, steps / Evaluations),
        Seed = settings.Seed,
        CheckpointFolder = Path.Combine(settings.Folder, "checkpoints", stage),
        CheckpointEvery = 200,
        Resume = !settings.Fresh,
        Progress = terminal,
        CancellationToken = cancellationToken,
    };

    // Few rows are gone through more often: steps, not rows, make a model.
    private int Steps(int batch, int examples, int least) => Math.Clamp(examples / (batch * ExamplesOfRow), least, 5 * least);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
