using System.Buffers.Binary;
using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Safetensors files.</summary>
internal sealed class SafetensorsTarget : FuzzTarget
{
    private byte[] _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        HuggingFaceFolder.Save(BaseModels.Model(ModelKind.Gpt2), PathOf("base"));
        _valid = File.ReadAllBytes(PathOf("base/model.safetensors"));
    }

    public override void Run(Random random, Action<string> tell)
    {
        File.WriteAllBytes(PathOf("model.safetensors"), Mutate(random, _valid, out var what));
        tell(what);
        using var file = SafetensorsFile.Open(PathOf("model.safetensors"));
        foreach (var name in file.Names)
        {
            if (file.TryGet(name, out var tensor))
                _ = tensor.Data.Span.IndexOf((byte)0);
        }
    }

    /// <summary>Damages the header as JSON, its length, or any byte.</summary>
    public static byte[] Mutate(Random random, byte[] valid, out string what)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(valid);
        if (random.Next(4) == 0)
            return Interesting.Bytes(random, valid, length + 8, out what);
        var header = JsonMutator.Mutate(random, valid[8..(8 + length)], out what);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. valid[(8 + length)..]];
    }

    public override bool IsDocumented(Exception exception) => exception is SafetensorsFormatException;
}
