using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>Turns logits into log-probabilities, summed in double precision.</summary>
internal static class LogSoftmax
{
    /// <summary>Returns the natural logarithm of the probability of one token.</summary>
    public static double Of(ReadOnlySpan<float> logits, int token) => logits[token] - Normalizer(logits);

    /// <summary>Returns the logarithm of the sum of the exponentials.</summary>
    public static double Normalizer(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var rest = logits[(vectors.Length * Vector512<float>.Count)..];
        var largest = float.NegativeInfinity;
        if (vectors.Length > 0)
        {
            var most = vectors[0];
            foreach (var vector in vectors)
                most = Vector512.Max(most, vector);
            for (var i = 0; i < Vector512<float>.Count; i++)
                largest = Math.Max(largest, most[i]);
        }

        foreach (var logit in rest)
            largest = Math.Max(largest, logit);

        var sums = Vector512<double>.Zero;
        foreach (var vector in vectors)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Exp(vector - Vector512.Create(largest)));
            sums += lower + upper;
        }

        var sum = Vector512.Sum(sums);
        foreach (var logit in rest)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }
}
