namespace TinyLlm.Trainers;

/// <summary>What changed on the same rows from one evaluation to another, such as from a model to its quantized form.</summary>
/// <param name="Count">The rows.</param>
/// <param name="Relabelled">The rows that were given another label, or none in place of one.</param>
/// <param name="Gained">The rows that were wrong before and are right now.</param>
/// <param name="Lost">The rows that were right before and are wrong now.</param>
public sealed record EvaluationChange(int Count, int Relabelled, int Gained, int Lost)
{
    /// <summary>Gets the change of accuracy in points of a hundred.</summary>
    public double Points => 100.0 * (Gained - Lost) / Count;

    /// <summary>
    /// Gets the interval of the change of accuracy: by drawing whole groups again where an evaluation has them, otherwise Bonett's and
    /// Price's for pairs of independent rows. Only where it excludes 0 is one better than the other.
    /// </summary>
    /// <remarks>
    /// Sources: D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions based on paired
    /// data", J. Educ. Behav. Stat. 37 (2012); of groups, see <see cref="ClassificationEvaluation.AccuracyInterval"/>.
    /// </remarks>
    public ConfidenceInterval Interval => GroupInterval ?? PairedInterval();

    /// <summary>
    /// Gets McNemar's p: how probable it is that rows won and lost differ by at least that much where winning and losing are equally
    /// probable. It takes rows for independent, groups or not.
    /// </summary>
    /// <remarks>
    /// The exact form, by the binomial distribution, whatever the counts. Source: Q. McNemar, "Note on the sampling error of the difference
    /// between correlated proportions or percentages", Psychometrika 12 (1947).
    /// </remarks>
    public double McNemarP
    {
        get
        {
            // 2 Σ C(n, k) / 2ⁿ over k from 0 to the smaller count, in logarithms: 2ⁿ is soon beyond doubles.
            var (n, fewer) = (Gained + Lost, Math.Min(Gained, Lost));
            var (term, sum) = (-n * Math.Log(2), 0.0); // ln C(n, 0) / 2ⁿ
            for (var k = 0; k <= fewer; k++)
            {
                sum += Math.Exp(term);
                term += Math.Log((double)(n - k) / (k + 1));
            }

            return Math.Min(1, 2 * sum);
        }
    }

    internal ConfidenceInterval? GroupInterval { get; init; }

    private ConfidenceInterval PairedInterval()
    {
        var (gained, lost) = ((Gained + 1.0) / (Count + 2), (Lost + 1.0) / (Count + 2));
        var change = gained - lost;
        var halfWidth = Proportion.Z * Math.Sqrt((gained + lost - (change * change)) / (Count + 2));
        return new ConfidenceInterval(Math.Max(-1, change - halfWidth), Math.Min(1, change + halfWidth));
    }
}
