using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>Loads and saves GPT-2 checkpoints of llm.c: version 3 in F32, version 5 in BF16.</summary>
/// <remarks>
/// Layout: 256 <c>int32</c> (magic 20240326, version, context, vocabulary, layers, heads, width, padded vocabulary), then the tensors, each
/// kind for all layers together. Matrices are <c>[out, in]</c>; the head is tied. Source: <c>train_gpt2.c</c> and <c>train_gpt2.py</c> of
/// <see href="https://github.com/karpathy/llm.c"/>.
/// </remarks>
public static class LlmcCheckpoint
{
    private const int Magic = 20240326;
    private const int HeaderBytes = 256 * sizeof(int);
    private const int VocabularyPadding = 128;
    private const int LargestSize = 1 << 24;

    private static readonly string[] Parts =
    [
        "attn_norm.weight", "attn_norm.bias", "attn_qkv.weight", "attn_qkv.bias", "attn_output.weight", "attn_output.bias",
        "ffn_norm.weight", "ffn_norm.bias", "ffn_up.weight", "ffn_up.bias", "ffn_down.weight", "ffn_down.bias",
    ];

    /// <summary>Loads a checkpoint. Its file stays mapped until the model is disposed.</summary>
    /// <param name="path">The <c>.bin</c> file.</param>
    /// <param name="vocabulary">The tokens, which the file does not hold.</param>
    /// <exception cref="FormatException">The file is not a checkpoint of version 3 or 5, or its size is not
    /// what its header says.</exception>
    /// <exception cref="ArgumentException">The vocabulary has another number of tokens than the model.</exception>
    public static LanguageModel Load(string path, ModelVocabulary vocabulary)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (new FileInfo(path).Length < HeaderBytes)
            throw new FormatException(
                $"'{path}' has {new FileInfo(path).Length} bytes; the header of an llm.c checkpoint takes {HeaderBytes}.");
        var file = FileMemory.Map(path);
        try
        {
            var header = MemoryMarshal.Cast<byte, int>(file.Slice(0, HeaderBytes).Span);
            if (header[0] != Magic)
                throw new FormatException($"'{path}' begins with {header[0]}; an llm.c checkpoint begins with {Magic}.");
            var type = header[1] switch
            {
                3 => GgufTensorType.F32,
                5 => GgufTensorType.BF16,
                _ => throw new FormatException($"'{path}' is an llm.c checkpoint of version {header[1]}; versions 3 and 5 are supported."),
            };
            var (context, tokens, layers, heads, width, padded) = (header[2], header[3], header[4], header[5], header[6], header[7]);
            int[] sizes = [context, tokens, layers, heads, width, padded];
            if (sizes.Min() < 1 || sizes.Max() > LargestSize || padded < tokens)
                throw new FormatException(
                    $"'{path}' states sizes that make no model: context {context}, vocabulary {tokens} of {padded}, layers {layers}, "
                    + $"heads {heads}, width {width}.");
            // Before anything is made for each layer: their biases and norms alone take 13 numbers for each of the width.
            if ((long)layers * width * 13 * type.BlockBytes() > file.Length)
                throw new FormatException(
                    $"'{path}' has {file.Length:N0} bytes, which {layers:N0} layers of the width {width:N0} do not fit.");
            var architecture = new ModelArchitecture
            {
                Kind = ModelKind.Gpt2,
                ContextLength = context,
                VocabularySize = tokens,
                LayerCount = layers,
                HeadCount = heads,
                KeyValueHeadCount = heads,
                EmbeddingLength = width,
                FeedForwardLength = 4 * width,
            };
            return new LanguageModel(architecture, vocabulary, Read(path, file, architecture, type, padded), metadata: null, owner: file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Saves a GPT-2 model with a tied head, in F32 or BF16.</summary>
    /// <exception cref="NotSupportedException">llm.c has no such model.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LanguageModel model, string path, GgufTensorType type = GgufTensorType.F32)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var a = model.Architecture;
        if (a.Kind != ModelKind.Gpt2 || !a.TiedHead || a.FeedForwardLength != 4 * a.EmbeddingLength || a.KeyValueHeadCount != a.HeadCount)
            throw new NotSupportedException(
                "llm.c holds GPT-2 models with a tied head, a feed-forward width of 4·C and as many key/value heads as heads.");
        var version = type switch
        {
            GgufTensorType.F32 => 3,
            GgufTensorType.BF16 => 5,
            _ => throw new NotSupportedException($"llm.c holds F32 and BF16, not {type}."),
        };
        var padded = (a.VocabularySize + VocabularyPadding - 1) / VocabularyPadding * VocabularyPadding;
        AtomicFile.Write(path, stream =>
        {
            var header = new int[HeaderBytes / sizeof(int)];
            (header[0], header[1], header[2], header[3]) = (Magic, version, a.ContextLength, a.VocabularySize);
            (header[4], header[5], header[6], header[7]) = (a.LayerCount, a.HeadCount, a.EmbeddingLength, padded);
            stream.Write(MemoryMarshal.AsBytes(header.AsSpan()));
            foreach (var name in Order(a))
            {
                stream.Write(model[name].ConvertTo(type).Data.Span);
                if (name == TensorLayout.TokenEmbedding)
                    stream.Write(new byte[type.ByteCount((long)(padded - a.VocabularySize) * a.EmbeddingLength)]);
            }
        });
    }

    private static List<ModelTensor> Read(string path, FileMemory file, ModelArchitecture architecture, GgufTensorType type, int padded)
    {
        var shapes = architecture.GetTensorShapes().ToDictionary(tensor => tensor.Name, tensor => tensor.Shape, StringComparer.Ordinal);
        var padding = type.ByteCount((long)(padded - architecture.VocabularySize) * architecture.EmbeddingLength);
        var expected = HeaderBytes + padding + type.ByteCount(architecture.ParameterCount);
        if (file.Length != expected)
            throw new FormatException($"'{path}' has {file.Length:N0} bytes, and its header describes {expected:N0}.");
        var tensors = new List<ModelTensor>();
        long offset = HeaderBytes;
        foreach (var name in Order(architecture))
        {
            var bytes = type.ByteCount(Product(shapes[name]));
            if (bytes > int.MaxValue)
                throw new FormatException($"'{path}' has the tensor '{name}' of {bytes:N0} bytes; less than 2 GiB are supported.");
            var tensor = new ModelTensor(name, type, shapes[name], file.Slice(offset, (int)bytes));
            tensors.Add(TensorLayout.StaysF32(name, shapes[name].Length) ? tensor.ConvertTo(GgufTensorType.F32) : tensor);
            offset += bytes + (name == TensorLayout.TokenEmbedding ? padding : 0);
        }

        return tensors;
    }

    // Each kind of tensor for all layers, then the next kind.
    private static IEnumerable<string> Order(ModelArchitecture architecture) =>
    [
        TensorLayout.TokenEmbedding, TensorLayout.PositionEmbedding,
        .. Parts.SelectMany(part => Enumerable.Range(0, architecture.LayerCount).Select(layer => $"blk.{layer}.{part}")),
        TensorLayout.OutputNorm, TensorLayout.OutputNormBias,
    ];

    private static long Product(ImmutableArray<long> shape) => shape.Aggregate(1L, (product, dimension) => product * dimension);
}
