using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>Two models' distributions of one next token beside each other.</summary>
/// <param name="Divergence">
/// The Kullback–Leibler divergence of the candidate's from the reference's, in nats; all logits are finite.
/// </param>
/// <param name="ReferenceLogProbability">The logarithm of the probability that the reference gives the token that follows, in nats.</param>
/// <param name="LogProbability">The logarithm of the probability that the candidate gives it.</param>
/// <param name="IsSameTop">Whether the same token is the most probable one for both; of equal ones, the first.</param>
internal readonly record struct TokenDivergence(double Divergence, double ReferenceLogProbability, double LogProbability, bool IsSameTop)
{
    /// <summary>
    /// Compares logits in double precision: the divergence of a good quantization is below what exponentials in 32 bits can tell.
    /// </summary>
    public static TokenDivergence Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> candidate, int token)
    {
        var (largest, otherLargest) = (Largest(reference), Largest(candidate));
        var (sum, otherSum, differences) = Sums(reference, candidate, largest, otherLargest);

        // With x = a − max(a), and y of the other: ln p − ln q = (x − ln Σ eˣ) − (y − ln Σ eʸ), weighted by p = eˣ / Σ eˣ.
        var (normalizer, otherNormalizer) = (Math.Log(sum), Math.Log(otherSum));
        var divergence = (differences / sum) - normalizer + otherNormalizer;
        return new TokenDivergence(
            Math.Max(0, divergence), // it is never negative; rounding may be
            (double)reference[token] - largest - normalizer,
            (double)candidate[token] - otherLargest - otherNormalizer,
            reference.IndexOf(largest) == candidate.IndexOf(otherLargest));
    }

    private static float Largest(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var most = Vector512.Create(float.NegativeInfinity);
        foreach (var vector in vectors)
            most = Vector512.Max(most, vector);
        var largest = float.NegativeInfinity;
        for (var i = 0; i < Vector512<float>.Count; i++)
            largest = Math.Max(largest, most[i]);
        foreach (var logit in logits[(vectors.Length * Vector512<float>.Count)..])
            largest = Math.Max(largest, logit);
        return largest;
    }

    // Σ eˣ, Σ eʸ and Σ eˣ (x − y)
    private static (double Sum, double OtherSum, double Differences) Sums(
        ReadOnlySpan<float> reference, ReadOnlySpan<float> candidate, double largest, double otherLargest)
    {
        var a = MemoryMarshal.Cast<float, Vector256<float>>(reference);
        var b = MemoryMarshal.Cast<float, Vector256<float>>(candidate);
        var (shift, otherShift) = (Vector512.Create(largest), Vector512.Create(otherLargest));
        Vector512<double> sums = default, otherSums = default, differences = default;
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (Widen(a[i]) - shift, Widen(b[i]) - otherShift);
            var weights = Vector512.Exp(x);
            sums += weights;
            otherSums += Vector512.Exp(y);
            differences += weights * (x - y);
        }

        var (sum, otherSum, difference) = (Vector512.Sum(sums), Vector512.Sum(otherSums), Vector512.Sum(differences));
        for (var i = a.Length * Vector256<float>.Count; i < reference.Length; i++)
        {
            var (x, y) = (reference[i] - largest, candidate[i] - otherLargest);
            sum += Math.Exp(x);
            otherSum += Math.Exp(y);
            difference += Math.Exp(x) * (x - y);
        }

        return (sum, otherSum, difference);

        static Vector512<double> Widen(Vector256<float> values) =>
            Vector512.Create(Vector256.WidenLower(values), Vector256.WidenUpper(values));
    }
}
