namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>The networks as the papers have them, in double precision and one token after the other: the oracle of llama.cpp.</summary>
internal sealed class NaiveForward(LanguageModel model)
{
    private readonly ModelArchitecture _a = model.Architecture;
    private readonly Dictionary<string, double[]> _weights = model.Tensors.ToDictionary(
        t => t.Name, t => Array.ConvertAll(t.ToSingles(), value => (double)value));

    /// <summary>Gets what each matrix was multiplied with so far: the sums of the squares, by input.</summary>
    public Dictionary<string, double[]> SquaredInputs { get; } = [];

    /// <summary>Returns the logits behind every token.</summary>
    public double[][] Logits(int[] tokens) => [.. HiddenStates(tokens).Select(row => Linear(row, _a.TiedHead ? "token_embd" : "output"))];

    /// <summary>Returns what the head reads: the states behind the last norm.</summary>
    public double[][] HiddenStates(int[] tokens)
    {
        var x = tokens.Select((token, t) => Embed(token, t)).ToArray(); // [T, C]
        for (var layer = 0; layer < _a.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            var attention = Attention(block, [.. x.Select(row => Norm(row, block + "attn_norm"))]);
            x = [.. x.Select((row, t) => Add(row, Linear(attention[t], block + "attn_output")))];
            x = [.. x.Select(row => Add(row, FeedForward(block, Norm(row, block + "ffn_norm"))))];
        }

        return [.. x.Select(row => Norm(row, "output_norm"))];
    }

    private double[] Embed(int token, int position)
    {
        var row = _weights["token_embd.weight"][(token * _a.EmbeddingLength)..((token + 1) * _a.EmbeddingLength)];
        return _a.Kind == ModelKind.Llama
            ? row
            : Add(row, _weights["position_embd.weight"][(position * _a.EmbeddingLength)..((position + 1) * _a.EmbeddingLength)]);
    }

    private double[][] Attention(string block, double[][] x)
    {
        var (heads, size, group) = (_a.HeadCount, _a.HeadSize, _a.HeadCount / _a.KeyValueHeadCount);
        double[][] q, k, v;
        if (_a.Kind == ModelKind.Gpt2)
        {
            var qkv = x.Select(row => Linear(row, block + "attn_qkv")).ToArray(); // [T, C+2KD]
            var (c, kv) = (_a.EmbeddingLength, _a.KeyValueLength);
            (q, k, v) = ([.. qkv.Select(r => r[..c])], [.. qkv.Select(r => r[c..(c + kv)])], [.. qkv.Select(r => r[(c + kv)..])]);
        }
        else
        {
            q = [.. x.Select((row, t) => Rotate(Linear(row, block + "attn_q"), t))];
            k = [.. x.Select((row, t) => Rotate(Linear(row, block + "attn_k"), t))];
            v = [.. x.Select(row => Linear(row, block + "attn_v"))];
        }

        return [.. x.Select((_, t) => Enumerable.Range(0, heads).SelectMany(h =>
        {
            var (from, kvFrom) = (h * size, h / group * size);
            var scores = Enumerable.Range(0, t + 1)
                .Select(s => Enumerable.Range(0, size).Sum(i => q[t][from + i] * k[s][kvFrom + i]) / Math.Sqrt(size)).ToArray();
            var weights = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
            return Enumerable.Range(0, size).Select(
                i => Enumerable.Range(0, t + 1).Sum(s => weights[s] * v[s][kvFrom + i]) / weights.Sum());
        }).ToArray())]; // [T, C]
    }

    // Pairs (2i, 2i+1) of each head turn by position · base^(−2i/D).
    private double[] Rotate(double[] row, int position)
    {
        var rotated = new double[row.Length];
        for (var i = 0; i < row.Length; i += 2)
        {
            var angle = position * Math.Pow(_a.RopeBase, -(double)(i % _a.HeadSize) / _a.HeadSize);
            rotated[i] = (row[i] * Math.Cos(angle)) - (row[i + 1] * Math.Sin(angle));
            rotated[i + 1] = (row[i] * Math.Sin(angle)) + (row[i + 1] * Math.Cos(angle));
        }

        return rotated;
    }

    private double[] FeedForward(string block, double[] x) => _a.Kind == ModelKind.Gpt2
        ? Linear([.. Linear(x, block + "ffn_up").Select(Gelu)], block + "ffn_down")
        : Linear(
            [.. Linear(x, block + "ffn_gate").Zip(Linear(x, block + "ffn_up"), (gate, up) => gate / (1 + Math.Exp(-gate)) * up)],
            block + "ffn_down");

    // ggml looks GELU up in a table of half-precision arguments and values; so does this, as the difference is that large.
    private static double Gelu(double x)
    {
        if (x is <= -10 or >= 10)
            return x <= -10 ? 0 : x;
        double h = (double)(Half)x;
        return (double)(Half)(0.5 * h * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (h + (0.044715 * h * h * h)))));
    }

    private double[] Norm(double[] x, string name)
    {
        var mean = _a.Kind == ModelKind.Gpt2 ? x.Average() : 0;
        var scale = 1 / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + _a.NormEpsilon);
        var (weight, bias) = (_weights[name + ".weight"], _weights.GetValueOrDefault(name + ".bias"));
        return [.. x.Select((value, i) => ((value - mean) * scale * weight[i]) + (bias?[i] ?? 0))];
    }

    private double[] Linear(double[] x, string name)
    {
        var (weight, bias) = (_weights[name + ".weight"], _weights.GetValueOrDefault(name + ".bias"));
        var y = new double[weight.Length / x.Length];
        SquaredInputs[name] = Add(SquaredInputs.GetValueOrDefault(name, new double[x.Length]), [.. x.Select(value => value * value)]);
        for (var o = 0; o < y.Length; o++)
        {
            double sum = bias?[o] ?? 0;
            for (var i = 0; i < x.Length; i++)
                sum += weight[(o * x.Length) + i] * x[i];
            y[o] = sum;
        }

        return y;
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
