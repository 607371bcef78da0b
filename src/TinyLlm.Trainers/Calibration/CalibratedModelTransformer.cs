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

    private const string CalibrationStream = "Calibration.bin";

    internal CalibratedModelTransformer(LanguageModel model, string outputColumnName, ClassificationCalibration calibration)
        : base(model, outputColumnName) => Calibration = calibration;

    /// <summary>Gets the temperature, and the calibration errors without it and with it.</summary>
    public ClassificationCalibration Calibration { get; }

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveModel(ctx);
        ctx.SaveBinaryStream(CalibrationStream, writer =>
        {
            writer.Write(Calibration.Temperature);
            writer.Write(Calibration.Count);
            writer.Write(Calibration.BinCount);
            writer.Write(Calibration.ErrorBefore);
            writer.Write(Calibration.ErrorAfter);
            writer.Write(Calibration.NatsBefore);
            writer.Write(Calibration.NatsAfter);
        });
    }

    private static CalibratedModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (model, outputColumnName) = LoadModel(ctx);
        ClassificationCalibration? calibration = null;
        ctx.TryLoadBinaryStream(CalibrationStream, reader => calibration = new ClassificationCalibration(
            reader.ReadDouble(), reader.ReadInt32(), reader.ReadInt32(),
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble()));
        return new CalibratedModelTransformer(
            model, outputColumnName, calibration ?? throw new FormatException($"The saved pipeline lacks '{CalibrationStream}'."));
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersions.First("TLMCALIB", CalibratedSignature, typeof(CalibratedModelTransformer).Assembly);
}
