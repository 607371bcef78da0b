using TinyLlm.Gguf;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>Small networks, batches with every special case, and the reference for them.</summary>
internal static class TestNetworks
{
    /// <summary>2 layers; sizes that fill no register evenly.</summary>
    public static ModelArchitecture Architecture(ModelKind kind, bool tied) => new()
    {
        Kind = kind,
        LayerCount = 2,
        EmbeddingLength = 24,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        FeedForwardLength = 52,
        ContextLength = 80,
        VocabularySize = 61,
        TiedHead = tied,
    };

    /// <summary>Two rows, longer than a tile of attention, with borders of documents and positions without a target.</summary>
    public static TokenBatch Batch(int seed = 7, int length = 75, int vocabulary = 61)
    {
        var random = new Random(seed);
        var batch = new TokenBatch(2, length);
        for (var i = 0; i < batch.Inputs.Length; i++)
        {
            var (row, t) = (i / length, i % length);
            batch.Inputs[i] = random.Next(vocabulary);
            batch.Targets[i] = random.Next(4) == 0 ? TokenBatch.NoTarget : random.Next(vocabulary);
            batch.DocumentStarts[i] = row == 0 ? 0 : t < 5 ? 0 : t < 70 ? 5 : 70;
        }

        return batch;
    }

    /// <summary>Makes all weights large enough to matter, norms and biases too.</summary>
    public static void Randomize(Transformer network, int seed)
    {
        var random = new Random(seed);
        foreach (var parameter in network.Parameters)
        {
            var isNorm = parameter.Name.EndsWith("norm.weight", StringComparison.Ordinal);
            for (var i = 0; i < parameter.Count; i++)
                parameter.Set(i, (float)((random.NextDouble() - 0.5) * 0.6) + (isNorm ? 1 : 0));
        }
    }

    /// <summary>Returns the network's weights in double precision; adapted matrices with their update in them.</summary>
    public static Dictionary<string, Tensor> Weights(Transformer network)
    {
        var weights = network.Parameters.ToDictionary(parameter => parameter.Name, Copy);
        foreach (var (name, update) in Pairs(network))
            weights[name] += weights[update + ".lora_b"].Times(weights[update + ".lora_a"]).Scaled(Scale(network));
        return weights;
    }

    /// <summary>Returns what the reference says of a parameter's gradient.</summary>
    public static Tensor Gradient(ReferenceNetwork reference, Transformer network, Parameter parameter)
    {
        if (!LoraNames.IsPart(parameter.Name))
            return reference.Gradients[parameter.Name];
        var name = parameter.Name[..^LoraNames.A.Length];
        var gradient = reference.Gradients[name].Scaled(Scale(network));
        return parameter.Name.EndsWith(LoraNames.A, StringComparison.Ordinal)
            ? Copy(network.Find(name + LoraNames.B)).Transposed().Times(gradient)       // s·Bᵀ·dW
            : gradient.TimesTransposed(Copy(network.Find(name + LoraNames.A)));         // s·dW·Aᵀ
    }

    private static double Scale(Transformer network) => network.Options.Lora is { } lora ? lora.Alpha / lora.Rank : 0;

    private static IEnumerable<(string Name, string Update)> Pairs(Transformer network) => network.Parameters
        .Where(parameter => parameter.Name.EndsWith(LoraNames.A, StringComparison.Ordinal))
        .Select(parameter => parameter.Name[..^LoraNames.A.Length]).Select(name => (name, name));

    private static Tensor Copy(Parameter parameter)
    {
        var (rows, columns) = parameter.Shape is [var r, var c] ? ((int)r, (int)c) : (1, (int)parameter.Count);
        var values = parameter.ToSingles();
        return Tensor.Of(rows, columns, (i, j) => values[(i * columns) + j]);
    }
}
