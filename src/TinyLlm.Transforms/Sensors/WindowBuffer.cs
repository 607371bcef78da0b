using System.Runtime.InteropServices;

namespace TinyLlm.Transforms;

/// <summary>The samples from which the next window is made; each sample is moved at most once on average, whatever the hop.</summary>
internal sealed class WindowBuffer<TGroup, TLabel>(SensorWindowOptions options, int channels)
    where TGroup : notnull
    where TLabel : notnull
{
    private readonly int _length = options.Length;
    private readonly int _hop = options.Hop ?? options.Length;
    // Twice the window, so that the rest of a window is moved once for as many new samples.
    private readonly float[] _values = new float[2 * options.Length * channels]; // [2 × samples, channels]
    private readonly TLabel[] _labels = new TLabel[2 * options.Length];
    private readonly Dictionary<TLabel, int> _counts = [];
    private int _start;
    private int _end;
    private long _skip;
    private long _firstSample;

    /// <summary>Forgets all samples.</summary>
    public void Clear()
    {
        (_start, _end, _skip, _firstSample) = (0, 0, 0, 0);
        _counts.Clear();
    }

    /// <summary>Adds a sample; returns whether a window is complete.</summary>
    public bool Add(ReadOnlySpan<float> values, TLabel label)
    {
        // With a hop beyond the window, samples between windows belong to none.
        if (_skip > 0)
        {
            _skip--;
            return false;
        }

        if (_end == _labels.Length)
        {
            _values.AsSpan(_start * channels, (_end - _start) * channels).CopyTo(_values);
            _labels.AsSpan(_start, _end - _start).CopyTo(_labels);
            (_start, _end) = (0, _end - _start);
        }

        values.CopyTo(_values.AsSpan(_end * channels, channels));
        _labels[_end++] = label;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, label, out _)++;
        return _end - _start == _length;
    }

    /// <summary>Takes the complete window and goes on by the hop.</summary>
    public SensorWindow<TGroup, TLabel> Take(TGroup group)
    {
        var window = new SensorWindow<TGroup, TLabel>(
            group, _firstSample, _values.AsMemory(_start * channels, _length * channels),
                options.Label == WindowLabel.Last ? _labels[_end - 1] : Majority());
        var dropped = Math.Min(_hop, _length);
        for (var i = 0; i < dropped; i++)
            Forget(_labels[_start + i]);
        _start += dropped;
        _skip = _hop - dropped;
        _firstSample += _hop;
        return window;
    }

    // A label that is not in the window has no count, so that there are never more counts than samples.
    private void Forget(TLabel label)
    {
        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, label) == 0)
            _counts.Remove(label);
    }

    private TLabel Majority()
    {
        var most = 0;
        foreach (var count in _counts.Values)
            most = Math.Max(most, count);
        var last = _end - 1;
        while (_counts[_labels[last]] != most)
            last--;
        return _labels[last];
    }
}
