namespace TinyLlm.Transforms;

/// <summary>
/// Cuts a stream of sensor rows into windows, in time linear in the rows and the memory of two windows for each open group.
/// </summary>
public static class SensorWindower
{
    /// <summary>
    /// Returns the windows of rows, lazily, each as soon as its last row is there. Rows of different groups may alternate: a row follows
    /// the row before of its own group, unless a gap in time is between, or rows of more groups than may be open
    /// (<see cref="SensorWindowOptions.MaximumGap"/>, <see cref="SensorWindowOptions.MaximumOpenGroups"/>).
    /// </summary>
    /// <exception cref="ArgumentException">The options are not valid, or <paramref name="channelCount"/> is not positive.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a row has another number of values, or a time that its group's order does
    /// not allow.</exception>
    /// <exception cref="InvalidOperationException">While enumerating: a group comes back that had to close, as more groups alternate than
    /// may be open.</exception>
    public static IEnumerable<SensorWindow<TGroup, TLabel>> Cut<TGroup, TLabel>(
        IEnumerable<SensorRow<TGroup, TLabel>> rows, int channelCount, SensorWindowOptions options)
        where TGroup : notnull
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        options.Validate();
        return CutChecked(rows, channelCount, options);
    }

    /// <summary>
    /// Copies a row that is a whole window, channel after channel <c>[channels, samples]</c>, as a window <c>[samples, channels]</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The row's length is no multiple of the channels, or the window's length another one.</exception>
    public static void FromWide(ReadOnlySpan<float> row, int channelCount, Span<float> window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        if (row.Length % channelCount != 0)
            throw new ArgumentException($"The row has {row.Length} values, which is no multiple of {channelCount} channels.", nameof(row));
        if (window.Length != row.Length)
            throw new ArgumentException($"The window has room for {window.Length} values, and the row has {row.Length}.", nameof(window));
        var samples = row.Length / channelCount;
        for (var channel = 0; channel < channelCount; channel++)
        {
            for (var sample = 0; sample < samples; sample++)
                window[(sample * channelCount) + channel] = row[(channel * samples) + sample];
        }
    }

    private static IEnumerable<SensorWindow<TGroup, TLabel>> CutChecked<TGroup, TLabel>(
        IEnumerable<SensorRow<TGroup, TLabel>> rows, int channelCount, SensorWindowOptions options)
        where TGroup : notnull
        where TLabel : notnull
    {
        var cutter = new WindowCutter<TGroup, TLabel>(channelCount, options);
        foreach (var row in rows)
        {
            cutter.Add(row);
            while (cutter.TryTake(out var window))
                yield return window;
        }
    }
}
