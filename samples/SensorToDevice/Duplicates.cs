using System.Globalization;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>Windows to learn from that stand among those to test on: an accuracy on them would be too good.</summary>
internal static class Duplicates
{
    /// <summary>Returns the windows to learn from, without those that are tested on unless they may stay, and what to say of it.</summary>
    /// <exception cref="ArgumentException">None is left.</exception>
    public static (WindowRow[] Train, string? Remark) Separate(WindowRow[] train, WindowRow[] test, bool areAllowed)
    {
        var tested = test.Select(Text).ToHashSet(StringComparer.Ordinal);
        var overlap = SplitCheck.Find(train.Select(Text), test.Select(Text));
        if (overlap.Duplicates == 0)
            return (train, null);
        var both = Invariant(
            $"{overlap.Duplicates:N0} of {overlap.Count:N0} test windows {(overlap.Duplicates == 1 ? "stands" : "stand")} ")
            + "among the training windows, too";
        if (areAllowed)
            return (train, $"{both}, and stayed there (--allow-duplicates): the accuracy is too good.");
        var rest = train.Where(window => !tested.Contains(Text(window))).ToArray();
        var left = train.Length - rest.Length;
        return rest.Length > 0
            ? (rest, Invariant($"{both}: {left:N0} {(left == 1 ? "was" : "were")} left out of training (--allow-duplicates keeps them)."))
            : throw new ArgumentException(
                $"{both}, and nothing else is left to learn from. Is it the same file? --allow-duplicates goes on, with an accuracy that "
                + "says nothing.");
    }

    private static string Text(WindowRow row) => string.Join(' ', row.Window);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
