namespace TinyLlm.Transforms;

/// <summary>The rows of one group that follow each other, as far as the next window needs them.</summary>
internal sealed class GroupRun<TGroup, TLabel>(TGroup group, int channels, SensorWindowOptions options)
    where TGroup : notnull
    where TLabel : notnull
{
    private readonly WindowBuffer<TGroup, TLabel> _buffer = new(options, channels);
    private long _windows;

    /// <summary>Gets or sets whose run it is.</summary>
    public TGroup Group { get; set; } = group;

    /// <summary>Gets what interpolates samples between rows; null where rows are samples.</summary>
    public SampleGrid? Grid { get; } =
        options is { SampleInterval: { } interval, Gap: WindowGap.Interpolate } ? new(channels, interval) : null;

    /// <summary>Gets whether it has a row that the next one may follow.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Gets or sets the time of its last row.</summary>
    public double Time { get; set; }

    /// <summary>Gets or sets the label of its last row.</summary>
    public TLabel? Label { get; set; }

    /// <summary>Gets or sets the number of its last row in the stream.</summary>
    public long LastRow { get; set; }

    /// <summary>Gets or sets the group that had a row before this one had its last.</summary>
    public GroupRun<TGroup, TLabel>? Older { get; set; }

    /// <summary>Gets or sets the group that had a row after this one had its last.</summary>
    public GroupRun<TGroup, TLabel>? Newer { get; set; }

    /// <summary>Gets the samples since its beginning.</summary>
    public long Samples { get; private set; }

    /// <summary>Gets those that are in no window.</summary>
    public long Unused(SensorWindowOptions options)
    {
        var hop = options.Hop ?? options.Length;
        return Samples - (_windows == 0 ? 0 : ((_windows - 1) * Math.Min(hop, options.Length)) + options.Length);
    }

    /// <summary>Begins anew, without samples.</summary>
    public void Begin()
    {
        (IsOpen, Samples, _windows) = (true, 0, 0);
        _buffer.Clear();
    }

    /// <summary>Makes the next row one that follows none.</summary>
    public void End() => IsOpen = false;

    /// <summary>Adds a sample; returns whether a window is complete.</summary>
    public bool Add(ReadOnlySpan<float> values, TLabel label)
    {
        Samples++;
        return _buffer.Add(values, label);
    }

    /// <summary>Takes the complete window.</summary>
    public SensorWindow<TGroup, TLabel> Take()
    {
        _windows++;
        return _buffer.Take(Group);
    }
}
