namespace TinyLlm.Trainers;

/// <summary>A share of a count, with the interval in which the true share lies with 95 % confidence.</summary>
/// <param name="Successes">How many.</param>
/// <param name="Count">Of how many.</param>
/// <remarks>
/// Source of the interval: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
/// </remarks>
public readonly record struct Proportion(int Successes, int Count)
{
    internal const double Z = 1.959963984540054; // the 97.5 % quantile of the normal distribution

    /// <summary>Gets the share, from 0 to 1; NaN of nothing.</summary>
    public double Value => (double)Successes / Count;

    /// <summary>Gets the lower end of Wilson's interval; 0 of nothing.</summary>
    public double Lower => Successes == 0 ? 0 : Center - HalfWidth;

    /// <summary>Gets the upper end of Wilson's interval; 1 of nothing.</summary>
    public double Upper => Successes == Count ? 1 : Center + HalfWidth;

    private double Center => (Value + (Z * Z / (2 * Count))) / (1 + (Z * Z / Count));

    private double HalfWidth => Z / (1 + (Z * Z / Count)) * Math.Sqrt((Value * (1 - Value) / Count) + (Z * Z / (4.0 * Count * Count)));

    /// <summary>Returns the share in percent with its interval and count, such as <c>95.2 % [92.6, 96.9] (n = 400)</c>.</summary>
    public override string ToString() => Count == 0
        ? "none (n = 0)"
        : FormattableString.Invariant($"{100 * Value:F1} % [{100 * Lower:F1}, {100 * Upper:F1}] (n = {Count})");
}
