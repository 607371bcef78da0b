namespace TinyLlm.Trainers;

/// <summary>An interval in which a share, or a difference of shares, lies with 95 % confidence.</summary>
/// <param name="Lower">The lower end; 0.01 is one point of a hundred.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    /// <summary>Gets whether 0 is outside: a difference that is shown.</summary>
    public bool ExcludesZero => Lower > 0 || Upper < 0;

    /// <summary>Returns the interval in points of a hundred, such as <c>[92.6, 96.9]</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"[{100 * Lower:0.0;−0.0;0.0}, {100 * Upper:0.0;−0.0;0.0}]");
}
