namespace TinyLlm.Trainers.Engine;

/// <summary>What softmax needs, of one row.</summary>
internal sealed unsafe partial class VectorKernels<V>
{
    public override float Exponentials(float* x, float factor, float shift, float* y, int count)
    {
        V sums = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var value = VectorMath.Exp(V.MultiplyAdd(V.Load(x + i), V.All(factor), V.All(-shift)));
            sums += value;
            value.Store(y + i);
        }

        var sum = sums.Sum();
        for (; i < count; i++)
        {
            VectorMath.Exp(Scalar.MultiplyAdd(Scalar.Load(x + i), Scalar.All(factor), Scalar.All(-shift))).Store(y + i);
            sum += y[i];
        }

        return sum;
    }

    public override float SumOfExponentials(float* x, float shift, int count)
    {
        // Two sums, as one exponential is not enough work to hide the wait for another.
        V sums = default, others = default;
        var i = 0;
        for (; i <= count - (2 * V.Count); i += 2 * V.Count)
        {
            sums += VectorMath.Exp(V.Load(x + i) - V.All(shift));
            others += VectorMath.Exp(V.Load(x + i + V.Count) - V.All(shift));
        }

        var sum = (sums + others).Sum();
        for (; i < count; i++)
            sum += VectorMath.Exp(Scalar.All(x[i] - shift)).Sum();
        return sum;
    }

    public override float Largest(float* x, int count)
    {
        var largest = V.All(float.NegativeInfinity);
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            largest = V.Max(largest, V.Load(x + i));
        var result = largest.Largest();
        for (; i < count; i++)
            result = Math.Max(result, x[i]);
        return result;
    }

    public override float Dot(float* x, float* y, int count)
    {
        V sums = default;
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            sums = V.MultiplyAdd(V.Load(x + i), V.Load(y + i), sums);
        var sum = sums.Sum();
        for (; i < count; i++)
            sum += x[i] * y[i];
        return sum;
    }

    public override void SoftmaxBackward(float* probabilities, float* dProbabilities, float correction, float factor, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            (V.Load(probabilities + i) * (V.Load(dProbabilities + i) - V.All(correction)) * V.All(factor)).Store(dProbabilities + i);
        for (; i < count; i++)
            dProbabilities[i] = probabilities[i] * (dProbabilities[i] - correction) * factor;
    }
}
