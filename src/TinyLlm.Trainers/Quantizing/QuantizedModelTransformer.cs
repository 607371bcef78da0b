using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(QuantizedModelTransformer), null, typeof(SignatureLoadModel), "Quantized language model",
    QuantizedModelTransformer.QuantizedSignature)]

namespace TinyLlm.Trainers;

/// <summary>Gives a quantized language model to the stages behind it, and tells what quantizing did.</summary>
public sealed partial class QuantizedModelTransformer : LanguageModelTransformer
{
    internal const string QuantizedSignature = "TinyLlmQuantizedModel";

    private const string ReportStream = "Report.json";

    internal QuantizedModelTransformer(LanguageModel model, string outputColumnName, QuantizationReport report)
        : base(model, outputColumnName) => Report = report;

    /// <summary>Gets what quantizing did to each tensor.</summary>
    public QuantizationReport Report { get; }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveModel(ctx);
        ctx.SaveTextStream(ReportStream, writer => writer.Write(JsonSerializer.Serialize(Report, SavedReports.Default.QuantizationReport)));
    }

    private static QuantizedModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (model, outputColumnName) = LoadModel(ctx);
        QuantizationReport? report = null;
        ctx.TryLoadTextStream(
            ReportStream, reader => report = JsonSerializer.Deserialize(reader.ReadToEnd(), SavedReports.Default.QuantizationReport));
        return new QuantizedModelTransformer(
            model, outputColumnName, report ?? throw new FormatException($"The saved pipeline lacks '{ReportStream}'."));
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersions.First("TLMQUANT", QuantizedSignature, typeof(QuantizedModelTransformer).Assembly);

    [JsonSerializable(typeof(QuantizationReport))]
    private sealed partial class SavedReports : JsonSerializerContext;
}
