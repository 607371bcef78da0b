using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Training;

/// <summary>An open checkpoint: a GGUF file, then the 32 bytes of the SHA-256 of all before them.</summary>
/// <remarks>
/// Weights stand under their own names, the moments under <c>m1.</c> and <c>m2.</c> and the name, the best weights under <c>best.</c> and
/// the name, all in F32. <c>history</c> holds the points, F64 [steps, 5]. The metadata are those below; settings are texts under
/// <c>tinyllm.setting.</c>.
/// </remarks>
internal sealed class CheckpointFile : IDisposable
{
    public const string FirstMoment = "m1.";
    public const string SecondMoment = "m2.";
    public const string BestWeights = "best.";

    private const string HistoryName = "history";
    private const string VersionKey = "tinyllm.checkpoint.version";
    private const string StepKey = "tinyllm.checkpoint.step";
    private const string SourceKey = "tinyllm.checkpoint.source";
    private const string SettingPrefix = "tinyllm.setting.";
    private const int Version = 1;
    private const int PointNumbers = 5;

    private readonly GgufFile _file;

    private CheckpointFile(GgufFile file, Checkpoint content) => (_file, Content) = (file, content);

    /// <summary>Gets what the file holds. The tensors are in the file's memory.</summary>
    public Checkpoint Content { get; }

    /// <summary>Writes a checkpoint.</summary>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        var metadata = new GgufMetadata(
        [
            KeyValuePair.Create("general.architecture", GgufValue.From("tinyllm-checkpoint")),
            KeyValuePair.Create(VersionKey, GgufValue.From(Version)),
            KeyValuePair.Create(StepKey, GgufValue.From(checkpoint.Step)),
            KeyValuePair.Create(SourceKey, GgufValue.From(checkpoint.Source.ToArray())),
            .. checkpoint.Settings.Select(setting => KeyValuePair.Create(SettingPrefix + setting.Name, GgufValue.From(setting.Value))),
        ]);
        HashTrailer.Write(
            stream, hashed => GgufWriter.Write(hashed, metadata, [.. checkpoint.Tensors, .. HistoryTensor(checkpoint.Points)]));
    }

    /// <summary>Opens a checkpoint and checks that it is whole.</summary>
    /// <exception cref="FormatException">The file is damaged, or no checkpoint.</exception>
    public static CheckpointFile Open(string path)
    {
        HashTrailer.Check(path);
        var file = GgufFile.Open(path);
        try
        {
            var version = file.Metadata.Require(VersionKey).AsInt32(VersionKey);
            if (version != Version)
                throw new FormatException($"'{path}' is a checkpoint of version {version}; version {Version} is supported.");
            var tensors = file.Tensors
                .Select(tensor => new ModelTensor(tensor.Name, tensor.Type, tensor.Shape, file.GetData(tensor))).ToArray();
            return new CheckpointFile(file, new Checkpoint(
                file.Metadata.Require(StepKey).AsInt32(StepKey),
                [.. file.Metadata.Require(SourceKey).AsArray<long>(SourceKey)],
                [.. file.Metadata.Where(pair => pair.Key.StartsWith(SettingPrefix, StringComparison.Ordinal))
                    .Select(pair => (pair.Key[SettingPrefix.Length..], pair.Value.AsString(pair.Key)))],
                ReadHistory(tensors.SingleOrDefault(tensor => tensor.Name == HistoryName)),
                [.. tensors.Where(tensor => tensor.Name != HistoryName)]));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static IEnumerable<ModelTensor> HistoryTensor(ImmutableArray<TrainingPoint> points)
    {
        if (points.IsEmpty)
            return [];
        double[] numbers = [.. points.SelectMany(point =>
            new[] { point.Step, point.Loss, point.LearningRate, point.GradientNorm, point.ValidationLoss ?? double.NaN })];
        var bytes = MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
        return [new ModelTensor(HistoryName, GgufTensorType.F64, [points.Length, PointNumbers], bytes)];
    }

    private static ImmutableArray<TrainingPoint> ReadHistory(ModelTensor? tensor)
    {
        if (tensor is null)
            return [];
        if (tensor is not { Type: GgufTensorType.F64, Shape: [_, PointNumbers] })
            throw new FormatException($"The checkpoint's history is {tensor}; F64 [steps, {PointNumbers}] is expected.");
        return
        [
            .. MemoryMarshal.Cast<byte, double>(tensor.Data.Span).ToArray().Chunk(PointNumbers)
                .Select(n => new TrainingPoint((int)n[0], n[1], n[2], n[3], double.IsNaN(n[4]) ? null : n[4])),
        ];
    }
}
