using System.Collections.Immutable;

namespace TinyLlm.Trainers;

/// <summary>Finds test rows that the training rows hold as well: whatever is measured on them was seen before.</summary>
public static class SplitCheck
{
    private const int MostExamples = 5;

    /// <summary>Returns how many test rows equal a training row, with a few of them.</summary>
    /// <param name="train">The training rows, as texts.</param>
    /// <param name="test">The test rows, as texts.</param>
    public static SplitOverlap Find(IEnumerable<string> train, IEnumerable<string> test)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        var seen = train.ToHashSet(StringComparer.Ordinal);
        var (count, duplicates, examples) = (0, 0, ImmutableArray.CreateBuilder<string>());
        foreach (var row in test)
        {
            count++;
            if (!seen.Contains(row))
                continue;
            duplicates++;
            if (examples.Count < MostExamples && !examples.Contains(row))
                examples.Add(row);
        }

        return new SplitOverlap(duplicates, count, examples.ToImmutable());
    }

    /// <summary>Throws where test rows equal training rows.</summary>
    /// <exception cref="ArgumentException">Some do; the message tells how many and shows one.</exception>
    public static void Require(IEnumerable<string> train, IEnumerable<string> test)
    {
        var overlap = Find(train, test);
        if (overlap.Duplicates > 0)
        {
            throw new ArgumentException(
                $"{overlap.Duplicates} of {overlap.Count} test rows stand among the training rows, too, such as '{overlap.Examples[0]}': "
                + "an accuracy on them would be too good. Split by group, or remove duplicates before the split.", nameof(test));
        }
    }
}
