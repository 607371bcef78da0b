namespace TinyLlm.Gguf;

/// <summary>What makes two models, or two adapters, the same one, whatever file they stand in.</summary>
internal static class GgufContent
{
    private const string General = "general.";
    private const string Architecture = General + "architecture";

    /// <summary>Returns the hash of a model.</summary>
    public static string Hash(LanguageModel model) => Hash(ModelMetadata.Of(model), model.Tensors);

    /// <summary>Returns the hash of a file: of the model that it holds, where this library knows its architecture.</summary>
    public static string Hash(GgufFile file)
    {
        file.CheckUnchanged();
        try
        {
            return Hash(ModelMetadata.Read(file, owner: null));
        }
        catch (Exception e) when (e is GgufFormatException or ArgumentException)
        {
            // An adapter, or a model that only llama.cpp knows: it is taken as it stands.
            return Hash(file.Metadata, file.Tensors.Select(info => new ModelTensor(info.Name, info.Type, info.Shape, file.GetData(info))));
        }
    }

    /// <summary>
    /// Returns the SHA-256, in 64 lower-case hexadecimal digits, of the GGUF file in which metadata stand in the order of their keys,
    /// tensors in that of their names, and of the keys under <c>general.</c> only the architecture is left: the others describe.
    /// </summary>
    private static string Hash(GgufMetadata metadata, IEnumerable<ModelTensor> tensors)
    {
        var kept = metadata
            .Where(pair => pair.Key == Architecture || !pair.Key.StartsWith(General, StringComparison.Ordinal))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        using var hashing = new HashingStream(Stream.Null);
        GgufWriter.Write(hashing, new GgufMetadata(kept), [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
        return Convert.ToHexStringLower(hashing.GetHash());
    }
}
