using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>Cuts a stream of sensor rows into windows, in time linear in the rows and the memory of two windows.</summary>
public static class SensorWindower
{
    // A step may differ from the interval by this share of it, for times that were rounded.
    private const double Tolerance = 0.05;

    /// <summary>
    /// Returns the windows of rows, lazily. A row of another group than the row before begins anew, also if its group was there before.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not valid, or <paramref name="channelCount"/> is not positive.</exception>
    /// <exception cref="InvalidDataException">While enumerating: a row has another number of values, or a time that its group's order does
    /// not allow.</exception>
    public static IEnumerable<SensorWindow<TGroup, TLabel>> Cut<TGroup, TLabel>(
        IEnumerable<SensorRow<TGroup, TLabel>> rows, int channelCount, SensorWindowOptions options)
        where TGroup : notnull
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        options.Validate();
        return options.SampleInterval is { } interval ? CutTimed(rows, channelCount, options, interval)
            : CutPlain(rows, channelCount, options);
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

    private static IEnumerable<SensorWindow<TGroup, TLabel>> CutPlain<TGroup, TLabel>(
        IEnumerable<SensorRow<TGroup, TLabel>> rows, int channels, SensorWindowOptions options)
        where TGroup : notnull
        where TLabel : notnull
    {
        var buffer = new WindowBuffer<TGroup, TLabel>(options, channels);
        var (number, group) = (0L, default(TGroup));
        foreach (var row in rows)
        {
            CheckCount(row.Values.Length, channels, number);
            if (number++ == 0 || !EqualityComparer<TGroup>.Default.Equals(group, row.Group))
                buffer.Clear();
            group = row.Group;
            if (buffer.Add(row.Values.Span, row.Label))
                yield return buffer.Take(group);
        }
    }

    private static IEnumerable<SensorWindow<TGroup, TLabel>> CutTimed<TGroup, TLabel>(
        IEnumerable<SensorRow<TGroup, TLabel>> rows, int channels, SensorWindowOptions options, double interval)
        where TGroup : notnull
        where TLabel : notnull
    {
        var buffer = new WindowBuffer<TGroup, TLabel>(options, channels);
        var grid = new SampleGrid(channels, interval);
        var (number, group, time, label) = (0L, default(TGroup), 0.0, default(TLabel));
        foreach (var row in rows)
        {
            CheckCount(row.Values.Length, channels, number);
            var isNew = number == 0 || !EqualityComparer<TGroup>.Default.Equals(group, row.Group);
            if (!double.IsFinite(row.Time) || (!isNew && row.Time < time))
            {
                var before = isNew ? "is of another group" : Text(time);
                throw Bad(number, $"has the time {Text(row.Time)}, and the row before {before}; times must not fall within a group");
            }

            if (!isNew && options.Gap == WindowGap.Error && Math.Abs(row.Time - time - interval) > Tolerance * interval)
            {
                var step = $"comes {Text(row.Time - time)} after the row before, and the sample interval is {Text(interval)}";
                throw Bad(number, $"{step}; choose {nameof(WindowGap)}.{nameof(WindowGap.Interpolate)}");
            }

            if (isNew || row.Time - time > options.MaximumGap)
            {
                buffer.Clear();
                grid.Begin(row.Time, row.Values.Span);
                label = row.Label;
            }

            // With exact steps the rows are the samples; otherwise those that lie between the row before and this one.
            var (previous, isExact) = (time, options.Gap == WindowGap.Error);
            (group, time, number) = (row.Group, row.Time, number + 1);
            if (isExact)
            {
                if (buffer.Add(row.Values.Span, row.Label))
                    yield return buffer.Take(group);
                continue;
            }

            while (grid.TryNext(time, row.Values.Span, out var sampleTime))
            {
                if (buffer.Add(grid.Sample, sampleTime - previous < time - sampleTime ? label! : row.Label))
                    yield return buffer.Take(group);
            }

            grid.SetBefore(time, row.Values.Span);
            label = row.Label;
        }
    }

    private static void CheckCount(int found, int expected, long row)
    {
        if (found != expected)
            throw Bad(row, $"has {found} values; {expected} are expected, one for each channel");
    }

    private static InvalidDataException Bad(long row, string problem) => new($"Row {row} of the stream {problem}.");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
