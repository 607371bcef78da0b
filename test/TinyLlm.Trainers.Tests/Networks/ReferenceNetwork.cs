using TinyLlm.Gguf;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

/// <summary>GPT-2 and Llama with their gradients, in double precision and without a thought for speed.</summary>
internal sealed class ReferenceNetwork(ModelArchitecture a, IReadOnlyDictionary<string, Tensor> weights)
{
    private readonly Stack<Action> _backward = [];

    /// <summary>Gets the gradients that the last <see cref="Loss"/> with gradients gave.</summary>
    public Dictionary<string, Tensor> Gradients { get; } =
        weights.ToDictionary(pair => pair.Key, pair => new Tensor(pair.Value.Rows, pair.Value.Columns));

    private bool IsGpt2 => a.Kind == ModelKind.Gpt2;

    /// <summary>Returns the summed loss; every step notes how to go back, and the notes are read backwards.</summary>
    public double Loss(TokenBatch batch)
    {
        _backward.Clear();
        var rows = batch.Rows * batch.Length;
        var x = Node.Of(Tensor.Of(rows, a.EmbeddingLength, (row, c) =>
            weights["token_embd.weight"][batch.Inputs[row], c] + (IsGpt2 ? weights["position_embd.weight"][batch.PositionAt(row), c] : 0)));
        var embedded = x;
        _backward.Push(() =>
        {
            for (var row = 0; row < rows; row++)
            {
                for (var c = 0; c < a.EmbeddingLength; c++)
                {
                    Gradients["token_embd.weight"][batch.Inputs[row], c] += embedded.Gradient[row, c];
                    if (IsGpt2)
                        Gradients["position_embd.weight"][batch.PositionAt(row), c] += embedded.Gradient[row, c];
                }
            }
        });
        for (var layer = 0; layer < a.LayerCount; layer++)
        {
            var block = $"blk.{layer}.";
            var normed = Norm(x, block + "attn_norm");
            var qkv = IsGpt2
                ? Linear(normed, block + "attn_qkv")
                : Rotate(
                    batch, Concat(Linear(normed, block + "attn_q"), Linear(normed, block + "attn_k"), Linear(normed, block + "attn_v")));
            x = Add(x, Linear(Attention(batch, qkv), block + "attn_output"));
            normed = Norm(x, block + "ffn_norm");
            var hidden = IsGpt2
                ? Gelu(Linear(normed, block + "ffn_up"))
                : Gated(Linear(normed, block + "ffn_gate"), Linear(normed, block + "ffn_up"));
            x = Add(x, Linear(hidden, block + "ffn_down"));
        }

        return CrossEntropy(batch, Linear(Norm(x, "output_norm"), a.TiedHead ? "token_embd" : "output"));
    }

    /// <summary>Fills <see cref="Gradients"/> for the last loss.</summary>
    public void Backward()
    {
        while (_backward.TryPop(out var step))
            step();
    }

    private Node Linear(Node x, string name)
    {
        var weight = weights[name + ".weight"];
        var bias = weights.GetValueOrDefault(name + ".bias");
        var y = x.Value.TimesTransposed(weight);
        var result = Node.Of(bias is null ? y : Tensor.Of(y.Rows, y.Columns, (i, j) => y[i, j] + bias[j]));
        _backward.Push(() =>
        {
            result.Gradient.Times(weight).AddTo(x.Gradient);
            result.Gradient.Transposed().Times(x.Value).AddTo(Gradients[name + ".weight"]);
            if (bias is not null)
                result.Gradient.SumOfRows().AddTo(Gradients[name + ".bias"]);
        });
        return result;
    }

    private Node Norm(Node x, string name)
    {
        var (weight, bias) = (weights[name + ".weight"], weights.GetValueOrDefault(name + ".bias"));
        var n = x.Value.Columns;
        var normal = new Tensor(x.Value.Rows, n);
        var scales = new double[x.Value.Rows];
        for (var row = 0; row < x.Value.Rows; row++)
        {
            var values = Enumerable.Range(0, n).Select(j => x.Value[row, j]).ToArray();
            var mean = IsGpt2 ? values.Average() : 0;
            scales[row] = 1 / Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + a.NormEpsilon);
            for (var j = 0; j < n; j++)
                normal[row, j] = (values[j] - mean) * scales[row];
        }

        var result = Node.Of(Tensor.Of(x.Value.Rows, n, (i, j) => (normal[i, j] * weight[j]) + (bias?[j] ?? 0)));
        _backward.Push(() =>
        {
            for (var row = 0; row < x.Value.Rows; row++)
            {
                var (g, gn) = (0d, 0d);
                for (var j = 0; j < n; j++)
                {
                    var d = result.Gradient[row, j];
                    Gradients[name + ".weight"][j] += d * normal[row, j];
                    if (bias is not null)
                        Gradients[name + ".bias"][j] += d;
                    (g, gn) = (g + (d * weight[j] / n), gn + (d * weight[j] * normal[row, j] / n));
                }

                for (var j = 0; j < n; j++)
                    x.Gradient[row, j] += scales[row] * ((result.Gradient[row, j] * weight[j]) - (IsGpt2 ? g : 0) - (normal[row, j] * gn));
            }
        });
        return result;
    }

    private Node Attention(TokenBatch batch, Node qkv)
    {
        var (d, group) = (a.HeadSize, a.HeadCount / a.KeyValueHeadCount);
        var result = Node.Of(new Tensor(qkv.Value.Rows, a.EmbeddingLength));
        for (var row = 0; row < qkv.Value.Rows; row++)
        {
            var t = row % batch.Length;
            var first = row - t + batch.DocumentStarts[row];
            for (var head = 0; head < a.HeadCount; head++)
            {
                var (q, k) = (head * d, (a.HeadCount + (head / group)) * d);
                var v = k + (a.KeyValueHeadCount * d);
                var query = row;
                var scores = Enumerable.Range(first, row - first + 1)
                    .Select(key => Enumerable.Range(0, d).Sum(i => qkv.Value[query, q + i] * qkv.Value[key, k + i]) / Math.Sqrt(d))
                    .ToArray();
                var largest = scores.Max();
                var sum = scores.Sum(score => Math.Exp(score - largest));
                var p = scores.Select(score => Math.Exp(score - largest) / sum).ToArray();
                for (var i = 0; i < d; i++)
                    result.Value[row, q + i] = Enumerable.Range(0, p.Length).Sum(key => p[key] * qkv.Value[first + key, v + i]);
                _backward.Push(() =>
                {
                    var dp = Enumerable.Range(0, p.Length)
                        .Select(key => Enumerable.Range(0, d).Sum(i => result.Gradient[query, q + i] * qkv.Value[first + key, v + i]))
                        .ToArray();
                    var mean = Enumerable.Range(0, p.Length).Sum(key => p[key] * dp[key]);
                    for (var key = 0; key < p.Length; key++)
                    {
                        var ds = p[key] * (dp[key] - mean) / Math.Sqrt(d);
                        for (var i = 0; i < d; i++)
                        {
                            qkv.Gradient[query, q + i] += ds * qkv.Value[first + key, k + i];
                            qkv.Gradient[first + key, k + i] += ds * qkv.Value[query, q + i];
                            qkv.Gradient[first + key, v + i] += p[key] * result.Gradient[query, q + i];
                        }
                    }
                });
            }
        }

        return result;
    }

    // Queries and keys turn in pairs, values do not.
    private Node Rotate(TokenBatch batch, Node qkv)
    {
        var turned = a.EmbeddingLength + a.KeyValueLength;
        var result = Node.Of(Turn(qkv.Value, 1));
        _backward.Push(() => Turn(result.Gradient, -1).AddTo(qkv.Gradient));
        return result;

        Tensor Turn(Tensor x, int direction) => Tensor.Of(x.Rows, x.Columns, (row, c) =>
        {
            if (c >= turned)
                return x[row, c];
            var angle = direction * batch.PositionAt(row) * Math.Pow(a.RopeBase, -2.0 * (c % a.HeadSize / 2) / a.HeadSize);
            return c % 2 == 0
                ? (x[row, c] * Math.Cos(angle)) - (x[row, c + 1] * Math.Sin(angle))
                : (x[row, c] * Math.Cos(angle)) + (x[row, c - 1] * Math.Sin(angle));
        });
    }

    private Node Concat(params Node[] parts)
    {
        var result = Node.Of(new Tensor(parts[0].Value.Rows, parts.Sum(part => part.Value.Columns)));
        var column = 0;
        foreach (var part in parts)
        {
            var first = column;
            part.Value.AddTo(result.Value, first);
            _backward.Push(() => result.Gradient.ColumnRange(first, part.Value.Columns).AddTo(part.Gradient));
            column += part.Value.Columns;
        }

        return result;
    }

    private Node Add(Node x, Node y)
    {
        var result = Node.Of(x.Value + y.Value);
        _backward.Push(() =>
        {
            result.Gradient.AddTo(x.Gradient);
            result.Gradient.AddTo(y.Gradient);
        });
        return result;
    }

    private Node Gelu(Node x)
    {
        static double Tanh(double v) => Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v)));
        var result = Node.Of(Tensor.Of(x.Value.Rows, x.Value.Columns, (i, j) => 0.5 * x.Value[i, j] * (1 + Tanh(x.Value[i, j]))));
        _backward.Push(() => Tensor.Of(x.Value.Rows, x.Value.Columns, (i, j) =>
        {
            var (v, t) = (x.Value[i, j], Tanh(x.Value[i, j]));
            var inner = Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * v * v));
            return result.Gradient[i, j] * ((0.5 * (1 + t)) + (0.5 * v * (1 - (t * t)) * inner));
        }).AddTo(x.Gradient));
        return result;
    }

    private Node Gated(Node gate, Node up)
    {
        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
        var (rows, columns) = (up.Value.Rows, up.Value.Columns);
        var result = Node.Of(Tensor.Of(rows, columns, (i, j) => gate.Value[i, j] * Sigmoid(gate.Value[i, j]) * up.Value[i, j]));
        _backward.Push(() =>
        {
            Tensor.Of(rows, columns, (i, j) => result.Gradient[i, j] * gate.Value[i, j] * Sigmoid(gate.Value[i, j])).AddTo(up.Gradient);
            Tensor.Of(rows, columns, (i, j) =>
            {
                var s = Sigmoid(gate.Value[i, j]);
                return result.Gradient[i, j] * up.Value[i, j] * (s + (gate.Value[i, j] * s * (1 - s)));
            }).AddTo(gate.Gradient);
        });
        return result;
    }

    private double CrossEntropy(TokenBatch batch, Node logits)
    {
        var loss = 0d;
        for (var row = 0; row < logits.Value.Rows; row++)
        {
            if (batch.Targets[row] == TokenBatch.NoTarget)
                continue;
            var values = Enumerable.Range(0, logits.Value.Columns).Select(j => logits.Value[row, j]).ToArray();
            var sum = values.Sum(Math.Exp);
            loss += Math.Log(sum) - values[batch.Targets[row]];
            for (var j = 0; j < values.Length; j++)
                logits.Gradient[row, j] = (Math.Exp(values[j]) / sum) - (j == batch.Targets[row] ? 1 : 0);
        }

        return loss;
    }

    private sealed record Node(Tensor Value, Tensor Gradient)
    {
        public static Node Of(Tensor value) => new(value, new Tensor(value.Rows, value.Columns));
    }
}
