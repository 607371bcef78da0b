using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TrainedModelTransformer), null, typeof(SignatureLoadModel), "Trained language model", TrainedModelTransformer.TrainedSignature)]

namespace TinyLlm.Trainers;

/// <summary>Gives a trained language model to the stages behind it, and tells how the training went.</summary>
public sealed partial class TrainedModelTransformer : LanguageModelTransformer
{
    internal const string TrainedSignature = "TinyLlmTrainedModel";

    private const string HistoryStream = "History.json";

    internal TrainedModelTransformer(LanguageModel model, string outputColumnName, TrainingHistory history)
        : base(model, outputColumnName) => History = history;

    /// <summary>Gets the course of the training.</summary>
    public TrainingHistory History { get; }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveModel(ctx);
        ctx.SaveTextStream(
            HistoryStream, writer => writer.Write(JsonSerializer.Serialize(
                new SavedHistory(History.StoppedEarly, [.. History.Points]), SavedHistories.Default.SavedHistory)));
    }

    private static TrainedModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (model, outputColumnName) = LoadModel(ctx);
        SavedHistory? history = null;
        ctx.TryLoadTextStream(
            HistoryStream, reader => history = JsonSerializer.Deserialize(reader.ReadToEnd(), SavedHistories.Default.SavedHistory));
        return history is null
            ? throw new FormatException($"The saved pipeline lacks '{HistoryStream}'.")
            : new TrainedModelTransformer(model, outputColumnName, new TrainingHistory([.. history.Points], history.StoppedEarly));
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersions.First("TLMTRAIN", TrainedSignature, typeof(TrainedModelTransformer).Assembly);

    internal sealed record SavedHistory(bool StoppedEarly, TrainingPoint[] Points);

    [JsonSerializable(typeof(SavedHistory))]
    private sealed partial class SavedHistories : JsonSerializerContext;
}
