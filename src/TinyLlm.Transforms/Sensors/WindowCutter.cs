using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>
/// Cuts rows into windows as they come: a run of each group goes on behind rows of other groups, and ends at a gap.
/// </summary>
/// <param name="channels">The values of a row.</param>
/// <param name="options">How rows are cut.</param>
/// <param name="timesAreSingle">Whether times were kept in 32 bits.</param>
internal sealed class WindowCutter<TGroup, TLabel>(int channels, SensorWindowOptions options, bool timesAreSingle = false)
    : IRunEnds<TGroup>
    where TGroup : notnull
    where TLabel : notnull
{
    // A step may differ from the interval by this share of it, for times that were rounded.
    private const double Tolerance = 0.05;

    // Steps are differences of times, and as inexact: by this share of themselves, and by a few last digits of the times.
    private const double Rounding = 1 + 1e-6;

    private readonly OpenGroups<TGroup, TLabel> _groups = new(channels, options);
    private readonly bool _interpolates = options.SampleInterval is not null && options.Gap == WindowGap.Interpolate;
    private readonly bool _readsTimes = options.SampleInterval is not null || options.MaximumGap is not null;
    private SensorRow<TGroup, TLabel> _row;
    private GroupRun<TGroup, TLabel>? _run;
    private double _timeBefore;
    private bool _isComplete;

    /// <summary>Gets what was read and cut so far; whole after <see cref="Complete"/>.</summary>
    public WindowCounts Counts => _groups.Counts;

    /// <summary>Adds a row; <see cref="TryTake"/> has been called until it returned false for the row before.</summary>
    /// <exception cref="InvalidDataException">The row has another number of values, or a time that its group's order does not
    /// allow.</exception>
    /// <exception cref="InvalidOperationException">More groups alternate than may be open.</exception>
    public void Add(in SensorRow<TGroup, TLabel> row)
    {
        if (row.Values.Length != channels)
            throw Bad($"has {row.Values.Length} values; {channels} are expected, one for each channel");
        var run = _groups.Find(row.Group);
        if (_readsTimes)
            CheckTime(run, row.Time);
        if (!run.IsOpen)
        {
            run.Begin();
            run.Grid?.Begin(row.Time, row.Values.Span);
            run.Label = row.Label;
        }
        else
        {
            Counts.LongestAbsence = Math.Max(Counts.LongestAbsence, Counts.Rows - run.LastRow - 1);
        }

        (_row, _run, _timeBefore) = (row, run, run.Time);
        (run.LastRow, run.Time) = (Counts.Rows++, row.Time);
        _isComplete = !_interpolates && run.Add(row.Values.Span, row.Label);
    }

    /// <summary>Takes the next window that the row completes: at most one, or several where samples are interpolated.</summary>
    public bool TryTake(out SensorWindow<TGroup, TLabel> window)
    {
        var isComplete = _isComplete || (_interpolates && Interpolate());
        _isComplete = false;
        window = isComplete ? _run!.Take() : default;
        Counts.Windows += isComplete ? 1 : 0;
        return isComplete;
    }

    /// <inheritdoc/>
    public void End(TGroup group, RunEnd cause) => _groups.End(group, cause);

    /// <inheritdoc/>
    public void EndAll(RunEnd cause) => _groups.EndAll(cause);

    /// <summary>Ends all runs behind the last row, so that they are counted.</summary>
    public void Complete() => EndAll(RunEnd.EndOfRows);

    // Adds the samples that lie between the group's row before and this one, up to one that completes a window.
    private bool Interpolate()
    {
        if (_run is not { } run)
            return false;
        while (run.Grid!.TryNext(_row.Time, _row.Values.Span, out var sampleTime))
        {
            if (run.Add(run.Grid.Sample, sampleTime - _timeBefore < _row.Time - sampleTime ? run.Label! : _row.Label))
                return true;
        }

        run.Grid.SetBefore(_row.Time, _row.Values.Span);
        run.Label = _row.Label;
        _run = null;
        return false;
    }

    private void CheckTime(GroupRun<TGroup, TLabel> run, double time)
    {
        if (!double.IsFinite(time))
            throw Bad($"has the time {Text(time)}; a finite number is expected: leave out rows without a time");
        CheckResolution(time);
        if (!run.IsOpen)
            return;
        var step = time - run.Time;
        if (options.SampleInterval is not { } interval)
        {
            if (step < 0 || IsGap(step, time))
                _groups.End(run, step < 0 ? RunEnd.TimeFalls : RunEnd.TimeGap);
            return;
        }

        if (step < 0)
            throw Bad($"has the time {Text(time)}, and the row before {Text(run.Time)}; times must not fall within a group");
        if (!_interpolates && Math.Abs(step - interval) > (Tolerance * interval) + SampleGrid.LastDigits(time))
        {
            var found = $"comes {Text(step)} after the row before, and the sample interval is {Text(interval)}";
            throw Bad($"{found}; choose {nameof(WindowGap)}.{nameof(WindowGap.Interpolate)}");
        }

        if (IsGap(step, time))
            _groups.End(run, RunEnd.TimeGap);
    }

    private bool IsGap(double step, double time) => step > (options.MaximumGap * Rounding) + SampleGrid.LastDigits(time);

    // Times that the numbers cannot hold apart would be found equal, and samples between them made up: Unix seconds in 32 bits, say.
    private void CheckResolution(double time)
    {
        var largest = Math.Abs(time);
        var apart = timesAreSingle ? MathF.BitIncrement((float)largest) - largest : Math.BitIncrement(largest) - largest;
        if ((options.SampleInterval ?? options.MaximumGap) is { } needed && apart > Tolerance * needed)
        {
            throw Bad(
                $"has the time {Text(time)}, where numbers of {(timesAreSingle ? 32 : 64)} bits are {Text(apart)} apart, too coarse for "
                + $"{(options.SampleInterval is null ? "a longest gap" : "a sample interval")} of {Text(needed)}; "
                + (timesAreSingle ? "read the column as DataKind.Double" : "count times from the first row's"));
        }
    }

    private InvalidDataException Bad(string problem) => new($"Row {Counts.Rows} of the stream {problem}.");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
