using System.Text;

namespace TinyLlm.Gguf.Tests;

/// <summary>Builds GGUF bytes piece by piece, also such as no writer would make.</summary>
internal sealed class GgufFiles
{
    private readonly MemoryStream _stream = new();

    public static byte[] Model(ModelKind kind = ModelKind.Gpt2)
    {
        using var stream = new MemoryStream();
        TinyModels.Create(kind).Save(stream);
        return stream.ToArray();
    }

    /// <summary>Begins a file with its header.</summary>
    public static GgufFiles Begin(ulong tensors, ulong entries, uint version = 3, string magic = "GGUF") =>
        new GgufFiles().Bytes(Encoding.ASCII.GetBytes(magic)).Number(version).Number(tensors).Number(entries);

    public GgufFiles Bytes(params byte[] bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    public GgufFiles Number<T>(T value)
        where T : unmanaged =>
        Bytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray());

    public GgufFiles Text(string text) => Number((ulong)Encoding.UTF8.GetByteCount(text)).Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds an entry's key and type.</summary>
    public GgufFiles Key(string key, int type) => Text(key).Number(type);

    /// <summary>Adds a tensor's entry; dimensions innermost first, as in the file.</summary>
    public GgufFiles Tensor(string name, int type, ulong offset, params ulong[] dimensions)
    {
        Text(name).Number((uint)dimensions.Length);
        foreach (var dimension in dimensions)
            Number(dimension);
        return Number(type).Number(offset);
    }

    public GgufFiles Pad(int bytes) => Bytes(new byte[bytes]);

    public byte[] ToArray() => _stream.ToArray();
}
