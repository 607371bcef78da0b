namespace TinyLlm.Gguf;

/// <summary>Turns logits into log-probabilities, summed in double precision.</summary>
internal static class LogSoftmax
{
    /// <summary>Returns the natural logarithm of the probability of one token.</summary>
    public static double Of(ReadOnlySpan<float> logits, int token) => logits[token] - Normalizer(logits);

    /// <summary>Returns the logarithm of the sum of the exponentials.</summary>
    public static double Normalizer(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }
}
