using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(CalibratedModelTransformer), null, typeof(SignatureLoadModel), "Calibrated language model",
    CalibratedModelTransformer.CalibratedSignature)]

namespace TinyLlm.Trainers;

/// <summary>
/// Gives a language model with the temperature of its classifications to the stages behind it, and tells what it is good for.
/// </summary>
public sealed class CalibratedModelTransformer : LanguageModelTransformer
{
    internal const string CalibratedSignature = "TinyLlmCalibratedModel";

    internal CalibratedModelTransformer(LanguageModel model, string outputColumnName, ClassificationCalibration calibration)
        : base(model, outputColumnName) => Calibration = calibration;

    /// <summary>Gets the temperature, and the calibration errors without it and with it.</summary>
    public ClassificationCalibration Calibration { get; }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveModel(ctx);
        ctx.Writer.Write(Calibration.Temperature);
        ctx.Writer.Write(Calibration.Count);
        ctx.Writer.Write(Calibration.BinCount);
        ctx.Writer.Write(Calibration.ErrorBefore);
        ctx.Writer.Write(Calibration.ErrorAfter);
        ctx.Writer.Write(Calibration.NatsBefore);
        ctx.Writer.Write(Calibration.NatsAfter);
    }

    private static CalibratedModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (model, outputColumnName) = LoadModel(ctx);
        var reader = ctx.Reader;
        return new CalibratedModelTransformer(model, outputColumnName, new ClassificationCalibration(
            reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32(),
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersions.First("TLMCALIB", CalibratedSignature, typeof(CalibratedModelTransformer).Assembly);
}
