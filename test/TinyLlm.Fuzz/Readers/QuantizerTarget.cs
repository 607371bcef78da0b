using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>The quantizer, and the collector of importance that runs before it.</summary>
internal sealed class QuantizerTarget : FuzzTarget
{
    private static readonly GgufFileType[] Types = [.. Enum.GetValues<GgufFileType>()];

    public override void Run(Random random, Action<string> tell)
    {
        var (valid, architecture) = BaseModels.All[random.Next(BaseModels.All.Length)];
        var path = PathOf("model.gguf");
        File.WriteAllBytes(path, GgufMutator.Mutate(random, valid, architecture, out var what));
        var type = Types[random.Next(Types.Length)];
        tell($"{what} to {type}");
        var importance = random.Next(4) == 0 ? ImportanceMatrix.Collect(path, ["abc abc", "a b c d e f"]) : null;
        _ = ModelQuantizer.Quantize(path, PathOf("quantized.gguf"), new QuantizationOptions
        {
            Type = type,
            Threads = 1,
            AllowRequantize = random.Next(4) > 0,
            Pure = random.Next(4) == 0,
            ImportanceMatrix = importance,
            OutputType = random.Next(8) == 0 ? GgufTensorType.Q8_0 : null,
        });
    }

    public override bool IsDocumented(Exception exception) =>
        exception is GgufFormatException or NotSupportedException || EngineTarget.IsRefusal(exception);
}
