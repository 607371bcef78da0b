using System.Runtime.CompilerServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>
/// LayerNorm (<see href="https://arxiv.org/abs/1607.06450"/>) and RMSNorm (<see href="https://arxiv.org/abs/1910.07467"/>) of one row.
/// </summary>
internal sealed unsafe partial class VectorKernels<V>
{
    public override (float Mean, float Scale) LayerNorm(float* x, float* weight, float* bias, float epsilon, float* y, int count)
    {
        var mean = Sum(x, count) / count;
        var scale = 1 / MathF.Sqrt((SumOfSquares(x, mean, count) / count) + epsilon);
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            V.MultiplyAdd((V.Load(x + i) - V.All(mean)) * V.All(scale), V.Load(weight + i), V.Load(bias + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = ((x[i] - mean) * scale * weight[i]) + bias[i];
        return (mean, scale);
    }

    public override void LayerNormBackward(
        float* x, float* weight, float mean, float scale, float* dy, float* dx, float* dWeight, float* dBias, int count)
    {
        // With n the normalised row and g = dy·weight: dx = scale·(g - mean(g) - n·mean(g·n)).
        V sums = default, products = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var (n, d) = ((V.Load(x + i) - V.All(mean)) * V.All(scale), V.Load(dy + i));
            var g = d * V.Load(weight + i);
            sums += g;
            products = V.MultiplyAdd(g, n, products);
            if (dWeight != null)
            {
                V.MultiplyAdd(d, n, V.Load(dWeight + i)).Store(dWeight + i);
                (d + V.Load(dBias + i)).Store(dBias + i);
            }
        }

        var (sum, product) = (sums.Sum(), products.Sum());
        for (; i < count; i++)
        {
            var n = (x[i] - mean) * scale;
            sum += dy[i] * weight[i];
            product += dy[i] * weight[i] * n;
            if (dWeight != null)
            {
                dWeight[i] += dy[i] * n;
                dBias[i] += dy[i];
            }
        }

        (sum, product) = (sum / count, product / count);
        for (i = 0; i <= count - V.Count; i += V.Count)
        {
            var n = (V.Load(x + i) - V.All(mean)) * V.All(scale);
            var g = V.Load(dy + i) * V.Load(weight + i);
            V.MultiplyAdd(V.All(scale), g - V.All(sum) - (n * V.All(product)), V.Load(dx + i)).Store(dx + i);
        }

        for (; i < count; i++)
            dx[i] += scale * ((dy[i] * weight[i]) - sum - ((x[i] - mean) * scale * product));
    }

    public override float RmsNorm(float* x, float* weight, float epsilon, float* y, int count)
    {
        var scale = 1 / MathF.Sqrt((SumOfSquares(x, 0, count) / count) + epsilon);
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            (V.Load(x + i) * V.All(scale) * V.Load(weight + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = x[i] * scale * weight[i];
        return scale;
    }

    public override void RmsNormBackward(float* x, float* weight, float scale, float* dy, float* dx, float* dWeight, int count)
    {
        // With n = x·scale and g = dy·weight: dx = scale·(g - n·mean(g·n)).
        V products = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var (n, d) = (V.Load(x + i) * V.All(scale), V.Load(dy + i));
            products = V.MultiplyAdd(d * V.Load(weight + i), n, products);
            if (dWeight != null)
                V.MultiplyAdd(d, n, V.Load(dWeight + i)).Store(dWeight + i);
        }

        var product = products.Sum();
        for (; i < count; i++)
        {
            product += dy[i] * weight[i] * x[i] * scale;
            if (dWeight != null)
                dWeight[i] += dy[i] * x[i] * scale;
        }

        product /= count;
        for (i = 0; i <= count - V.Count; i += V.Count)
        {
            var g = V.Load(dy + i) * V.Load(weight + i);
            V.MultiplyAdd(V.All(scale), g - (V.Load(x + i) * V.All(scale * product)), V.Load(dx + i)).Store(dx + i);
        }

        for (; i < count; i++)
            dx[i] += scale * ((dy[i] * weight[i]) - (x[i] * scale * product));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* x, int count)
    {
        V sums = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            sums += V.Load(x + i);
        var sum = sums.Sum();
        for (; i < count; i++)
            sum += x[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfSquares(float* x, float mean, int count)
    {
        V sums = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var difference = V.Load(x + i) - V.All(mean);
            sums = V.MultiplyAdd(difference, difference, sums);
        }

        var sum = sums.Sum();
        for (; i < count; i++)
            sum += (x[i] - mean) * (x[i] - mean);
        return sum;
    }
}
