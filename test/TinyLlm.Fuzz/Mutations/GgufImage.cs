using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Mutations;

/// <summary>A GGUF file taken apart, to be put together again with parts that our writer would refuse.</summary>
internal sealed class GgufImage
{
    /// <summary>Gets the metadata: key, value type, value; arrays as their item type and items.</summary>
    public List<(string Key, int Type, object Value)> Entries { get; } = [];

    /// <summary>Gets the tensors; dimensions innermost first, as in the file.</summary>
    public List<(string Name, int Type, long[] Dimensions, byte[] Data)> Tensors { get; } = [];

    public static GgufImage Read(byte[] bytes)
    {
        var image = new GgufImage();
        using var file = GgufFile.Open(bytes);
        foreach (var (key, value) in file.Metadata)
            image.Entries.Add((key, (int)value.Type, value.Value));
        foreach (var tensor in file.Tensors)
        {
            image.Tensors.Add((
                tensor.Name, (int)tensor.Type, [.. tensor.Shape.Reverse()], file.GetData(tensor).ToArray()));
        }

        return image;
    }

    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)Tensors.Count);
        writer.Write((long)Entries.Count);
        foreach (var (key, type, value) in Entries)
        {
            WriteText(writer, key);
            writer.Write(type);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (var (name, type, dimensions, data) in Tensors)
        {
            WriteText(writer, name);
            writer.Write(dimensions.Length);
            Array.ForEach(dimensions, writer.Write);
            writer.Write(type);
            writer.Write(offset);
            offset = Align(offset + data.Length);
        }

        foreach (var (_, _, _, data) in Tensors)
        {
            writer.Write(new byte[Align(stream.Length) - stream.Length]);
            writer.Write(data);
        }

        return stream.ToArray();
    }

    private static long Align(long position) => (position + 31) & ~31L;

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte v: writer.Write(v); break;
            case sbyte v: writer.Write(v); break;
            case ushort v: writer.Write(v); break;
            case short v: writer.Write(v); break;
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case bool v: writer.Write((byte)(v ? 1 : 0)); break;
            case string v: WriteText(writer, v); break;
            case GgufArray v:
                writer.Write((int)v.ElementType);
                writer.Write((long)v.Count);
                foreach (var item in v.Values)
                    WriteValue(writer, item);
                break;
            default: throw new ArgumentException($"{value.GetType()} is no value.", nameof(value));
        }
    }
}
