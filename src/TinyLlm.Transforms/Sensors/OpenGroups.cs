namespace TinyLlm.Transforms;

/// <summary>
/// The runs of the groups that had a row last, at most as many as may be open; a new group takes the place, and the buffers, of the one
/// whose last row is longest ago.
/// </summary>
internal sealed class OpenGroups<TGroup, TLabel>(int channels, SensorWindowOptions options)
    where TGroup : notnull
    where TLabel : notnull
{
    private readonly Dictionary<TGroup, GroupRun<TGroup, TLabel>> _open = [];
    private readonly HashSet<TGroup> _closed = [];
    private GroupRun<TGroup, TLabel>? _newest;
    private GroupRun<TGroup, TLabel>? _oldest;

    /// <summary>Gets the counts of all runs that have ended.</summary>
    public WindowCounts Counts { get; } = new();

    /// <summary>Returns the group's run and makes it the newest.</summary>
    /// <exception cref="InvalidOperationException">The group was here before and has lost its place to others.</exception>
    public GroupRun<TGroup, TLabel> Find(TGroup group)
    {
        if (_newest is { } newest && EqualityComparer<TGroup>.Default.Equals(newest.Group, group))
            return newest;
        if (_open.TryGetValue(group, out var run))
            Unlink(run);
        else
            _open[group] = run = Open(group);
        (run.Older, run.Newer) = (_newest, null);
        if (_newest is { } second)
            second.Newer = run;
        _newest = run;
        _oldest ??= run;
        return run;
    }

    /// <summary>Ends the run of a group, if it has one.</summary>
    public void End(TGroup group, RunEnd cause)
    {
        if (_open.TryGetValue(group, out var run))
            End(run, cause);
    }

    /// <summary>Ends and counts a run.</summary>
    public void End(GroupRun<TGroup, TLabel> run, RunEnd cause)
    {
        if (!run.IsOpen)
            return;
        run.End();
        Counts.Add(run.Samples, run.Unused(options), cause);
    }

    /// <summary>Ends the runs of all groups.</summary>
    public void EndAll(RunEnd cause)
    {
        for (var run = _newest; run is not null; run = run.Older)
            End(run, cause);
    }

    private GroupRun<TGroup, TLabel> Open(TGroup group)
    {
        var isBack = _closed.Contains(group);
        if (isBack && options.MaximumOpenGroups > 1)
            throw new InvalidOperationException(Back(group));
        Counts.Groups += isBack ? 0 : 1;
        if (_open.Count < options.MaximumOpenGroups)
            return new(group, channels, options);
        var run = _oldest!;
        End(run, RunEnd.OtherGroups);
        Unlink(run);
        _open.Remove(run.Group);
        _closed.Add(run.Group);
        run.Group = group;
        return run;
    }

    private void Unlink(GroupRun<TGroup, TLabel> run)
    {
        if (run.Older is { } older)
            older.Newer = run.Newer;
        else
            _oldest = run.Newer;
        if (run.Newer is { } newer)
            newer.Older = run.Older;
        else
            _newest = run.Older;
    }

    private string Back(TGroup group)
    {
        const string Option = nameof(SensorWindowOptions.MaximumOpenGroups);
        return $"Row {Counts.Rows} of the stream is of the group '{group}', which comes back after rows of {options.MaximumOpenGroups} "
            + $"others; {Option} is {options.MaximumOpenGroups}: set it to the number of groups whose rows alternate, or sort the rows by "
            + "group.";
    }
}
