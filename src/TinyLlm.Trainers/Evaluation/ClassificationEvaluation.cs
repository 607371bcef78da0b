using System.Collections.Immutable;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

/// <summary>
/// How often predictions of a class were right, with what is needed to believe it: counts, intervals, and every class by itself.
/// </summary>
[TypeFormatterSource(typeof(NotebookFormatterSource))]
public sealed partial class ClassificationEvaluation
{
    private readonly int[,] _confusion;
    private readonly (int Actual, int? Predicted)[] _rows;
    private readonly string[]? _groups;
    private readonly Lazy<ConfidenceInterval> _accuracyInterval;

    private ClassificationEvaluation(
        string name,
        ImmutableArray<string> labels,
        (int Actual, int? Predicted)[] rows,
        int[,] confusion,
        int[] abstained,
        double? calibration,
        string[]? groups)
    {
        (Name, Labels, _rows, _confusion, Abstained, CalibrationError) = (name, labels, rows, confusion, abstained.Sum(), calibration);
        _groups = groups;
        GroupCount = groups?.Distinct(StringComparer.Ordinal).Count();
        _accuracyInterval = new(() => _groups is null
            ? new ConfidenceInterval(Accuracy.Lower, Accuracy.Upper)
            : GroupBootstrap.Of(GroupBootstrap.Collect(_groups, row => IsRight(_rows[row]) ? 1 : 0)));
        var all = Enumerable.Range(0, labels.Length);
        Classes = [.. labels.Select((label, i) => new ClassResult(
            label, all.Sum(j => confusion[i, j]) + abstained[i], all.Sum(j => confusion[j, i]), confusion[i, i]))];
    }

    /// <summary>Gets what was evaluated.</summary>
    public string Name { get; }

    /// <summary>Gets the classes.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>Gets the rows that were given no label; they count as wrong.</summary>
    public int Abstained { get; }

    /// <summary>Gets the number of groups that the rows stand in; null where rows are independent of each other.</summary>
    public int? GroupCount { get; }

    /// <summary>
    /// Gets the interval of the accuracy: of rows in groups, such as overlapping windows of one session, by drawing whole groups again;
    /// otherwise <see cref="Accuracy"/>'s.
    /// </summary>
    /// <remarks>
    /// The percentile interval of 2,000 draws with a fixed seed; with some ten groups or fewer it is too narrow. Sources: B. Efron and R.
    /// Tibshirani, "An introduction to the bootstrap" (1993), section 13.3; C. A. Field and A. H. Welsh, "Bootstrapping clustered data",
    /// J. R. Statist. Soc. B 69 (2007).
    /// </remarks>
    public ConfidenceInterval AccuracyInterval => _accuracyInterval.Value;

    /// <summary>Gets the share of rows that were given the right label.</summary>
    public Proportion Accuracy => new(Enumerable.Range(0, Labels.Length).Sum(i => _confusion[i, i]), Classes.Sum(c => c.Count));

    /// <summary>Gets the mean of the classes' F1, of those that have rows.</summary>
    public double MacroF1 => Classes.Where(c => c.Count > 0).Select(c => c.F1).DefaultIfEmpty().Average();

    /// <summary>Gets each class.</summary>
    public ImmutableArray<ClassResult> Classes { get; }

    /// <summary>
    /// Gets the expected calibration error: by how much the probability of the chosen label and its accuracy differ, in ten bins of that
    /// probability, weighted by their rows. Null where there were no probabilities.
    /// </summary>
    /// <remarks>Source: Guo et al., "On calibration of modern neural networks", arXiv 1706.04599.</remarks>
    public double? CalibrationError { get; }

    /// <summary>Gets how many rows of a class were given a label.</summary>
    /// <param name="actual">The index of the class.</param>
    /// <param name="predicted">The index of the label given.</param>
    public int this[int actual, int predicted] => _confusion[actual, predicted];

    /// <summary>Evaluates predictions.</summary>
    /// <param name="name">What is evaluated, for people.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="actual">The index of each row's class.</param>
    /// <param name="predicted">The index of the label that each row was given; null for none.</param>
    /// <param name="probabilities">The probability of each row's label, from 0 to 1; null where there are none.</param>
    /// <param name="groups">
    /// What each row belongs to, such as its session or its person, where rows of one are no independent evidence. Null: all rows are
    /// independent.
    /// </param>
    /// <exception cref="ArgumentException">There are no rows, the lists do not fit each other, or there is one group only.</exception>
    public static ClassificationEvaluation Of(
        string name, IReadOnlyList<string> labels, IReadOnlyList<int> actual, IReadOnlyList<int?> predicted,
        IReadOnlyList<double>? probabilities = null, IReadOnlyList<string>? groups = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        if (actual.Count == 0)
            throw new ArgumentException("There are no rows to evaluate.", nameof(actual));
        if (predicted.Count != actual.Count)
            throw new ArgumentException($"{actual.Count} rows have a class and {predicted.Count} a prediction.", nameof(predicted));
        if (probabilities is not null && probabilities.Count != actual.Count)
            throw new ArgumentException(
                $"{actual.Count} rows have a class and {probabilities.Count} a probability.", nameof(probabilities));
        CheckGroups(groups, actual.Count);
        var confusion = new int[labels.Count, labels.Count];
        var abstainedOf = new int[labels.Count];
        var bins = new CalibrationBins();
        for (var row = 0; row < actual.Count; row++)
        {
            Check(actual[row], row, nameof(actual));
            if (predicted[row] is not { } label)
            {
                abstainedOf[actual[row]]++;
                continue;
            }

            Check(label, row, nameof(predicted));
            confusion[actual[row], label]++;
            if (probabilities is null)
                continue;
            if (!(probabilities[row] is >= 0 and <= 1))
                throw new ArgumentException(
                    $"Row {row} has the probability {probabilities[row]}; 0 to 1 is expected.", nameof(probabilities));
            bins.Add(probabilities[row], label == actual[row]);
        }

        return new ClassificationEvaluation(
            name, [.. labels], [.. actual.Zip(predicted)], confusion, abstainedOf, bins.Error, groups is null ? null : [.. groups]);

        void Check(int index, int row, string list)
        {
            if ((uint)index >= (uint)labels.Count)
                throw new ArgumentException($"Row {row} has class {index}; classes are 0 to {labels.Count - 1}.", list);
        }
    }

    /// <summary>Returns what changed, row by row, from another evaluation to this one.</summary>
    /// <param name="other">An evaluation on the same rows and classes, in the same order.</param>
    /// <exception cref="ArgumentException">It is on others.</exception>
    public EvaluationChange ChangeFrom(ClassificationEvaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Labels.SequenceEqual(other.Labels, StringComparer.Ordinal))
            throw Differs($"{Name} has the classes {string.Join(", ", Labels)}, and {other.Name} {string.Join(", ", other.Labels)}");
        if (_rows.Length != other._rows.Length)
            throw Differs($"{Name} has {_rows.Length} rows, and {other.Name} {other._rows.Length}");
        var (relabelled, gained, lost) = (0, 0, 0);
        for (var row = 0; row < _rows.Length; row++)
        {
            var (now, before) = (_rows[row], other._rows[row]);
            if (now.Actual != before.Actual)
                throw Differs($"Row {row} is of class {Labels[now.Actual]} for {Name}, and of {Labels[before.Actual]} for {other.Name}");
            relabelled += now.Predicted == before.Predicted ? 0 : 1;
            gained += ChangeOf(row) > 0 ? 1 : 0;
            lost += ChangeOf(row) < 0 ? 1 : 0;
        }

        if (_groups is not null && other._groups is not null && !_groups.SequenceEqual(other._groups, StringComparer.Ordinal))
            throw Differs($"The rows of {Name} stand in other groups than those of {other.Name}");
        return new EvaluationChange(_rows.Length, relabelled, gained, lost)
        {
            GroupInterval = (_groups ?? other._groups) is { } groups ? GroupBootstrap.Of(GroupBootstrap.Collect(groups, ChangeOf)) : null,
        };

        int ChangeOf(int row) => (IsRight(_rows[row]) ? 1 : 0) - (IsRight(other._rows[row]) ? 1 : 0);

        static ArgumentException Differs(string found) => new($"{found}: evaluate both on the same rows.", nameof(other));
    }

    private static bool IsRight((int Actual, int? Predicted) row) => row.Predicted == row.Actual;

    internal static void CheckGroups(IReadOnlyList<string>? groups, int rows)
    {
        if (groups is null)
            return;
        if (groups.Count != rows)
            throw new ArgumentException($"{rows} rows have a class and {groups.Count} a group.", nameof(groups));
        if (groups.Distinct(StringComparer.Ordinal).Count() == 1)
            throw new ArgumentException(
                $"All {rows} rows are of the group '{groups[0]}', and one group gives no interval: test on further ones.", nameof(groups));
    }
}
