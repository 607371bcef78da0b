using System.Text;

namespace Microsoft.ML;

/// <summary>The head of a component's saved form.</summary>
internal struct ModelHeader
{
    private static readonly byte[] Magic = "ML MODEL"u8.ToArray();

    public ulong ModelSignature;
    public uint Written;
    public uint Readable;
    public string LoaderSignature;
    public string LoaderSignatureAlt;
    public string LoaderAssemblyName;
    public string[] Strings;

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(ModelSignature);
        writer.Write(Written);
        writer.Write(Readable);
        writer.Write(LoaderSignature ?? "");
        writer.Write(LoaderSignatureAlt ?? "");
        writer.Write(LoaderAssemblyName ?? "");
        writer.Write(Strings.Length);
        foreach (var text in Strings)
            writer.Write(text);
    }

    public static ModelHeader Read(BinaryReader reader)
    {
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            throw new FormatException($"The entry is not a saved component: it does not begin with '{Encoding.ASCII.GetString(Magic)}'.");
        var header = new ModelHeader
        {
            ModelSignature = reader.ReadUInt64(),
            Written = reader.ReadUInt32(),
            Readable = reader.ReadUInt32(),
            LoaderSignature = reader.ReadString(),
            LoaderSignatureAlt = reader.ReadString(),
            LoaderAssemblyName = reader.ReadString(),
        };
        var strings = new List<string>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            strings.Add(reader.ReadString());
        header.Strings = [.. strings];
        return header;
    }
}
