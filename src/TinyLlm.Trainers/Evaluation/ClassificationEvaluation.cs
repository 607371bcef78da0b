using System.Collections.Immutable;
using TinyLlm.Trainers.Reports;

namespace TinyLlm.Trainers;

/// <summary>
/// How often predictions of a class were right, with what is needed to believe it: counts, intervals, and every class by itself.
/// </summary>
[TypeFormatterSource(typeof(NotebookFormatterSource))]
public sealed partial class ClassificationEvaluation
{
    private const int CalibrationBins = 10;

    private readonly int[,] _confusion;
    private readonly (int Actual, int? Predicted)[] _rows;

    private ClassificationEvaluation(
        string name,
        ImmutableArray<string> labels,
        (int Actual, int? Predicted)[] rows,
        int[,] confusion,
        int[] abstained,
        double? calibration)
    {
        (Name, Labels, _rows, _confusion, Abstained, CalibrationError) = (name, labels, rows, confusion, abstained.Sum(), calibration);
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
    /// <exception cref="ArgumentException">There are no rows, or the lists do not fit each other.</exception>
    public static ClassificationEvaluation Of(
        string name, IReadOnlyList<string> labels, IReadOnlyList<int> actual, IReadOnlyList<int?> predicted,
        IReadOnlyList<double>? probabilities = null)
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
        var confusion = new int[labels.Count, labels.Count];
        var abstainedOf = new int[labels.Count];
        var bins = new (int Count, int Right, double Sum)[CalibrationBins];
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
            ref var bin = ref bins[Math.Min((int)(probabilities[row] * CalibrationBins), CalibrationBins - 1)];
            bin = (bin.Count + 1, bin.Right + (label == actual[row] ? 1 : 0), bin.Sum + probabilities[row]);
        }

        var given = bins.Sum(bin => bin.Count);
        var calibration = probabilities is null || given == 0 ? (double?)null : bins.Sum(bin => Math.Abs(bin.Right - bin.Sum)) / given;
        return new ClassificationEvaluation(name, [.. labels], [.. actual.Zip(predicted)], confusion, abstainedOf, calibration)
        {
            RowProbabilities = probabilities?.ToImmutableArray(),
        };

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
            gained += now.Predicted == now.Actual && before.Predicted != now.Actual ? 1 : 0;
            lost += now.Predicted != now.Actual && before.Predicted == now.Actual ? 1 : 0;
        }

        return new EvaluationChange(_rows.Length, relabelled, gained, lost);

        static ArgumentException Differs(string found) => new($"{found}: evaluate both on the same rows.", nameof(other));
    }
}
