namespace TinyLlm.Transforms;

/// <summary>
/// Fits the bins of one channel to values that come one by one, in bounded memory. Missing and infinite values are left out.
/// </summary>
internal sealed class ChannelBinFitter(SensorBinOptions options, int channel)
{
    // One stream of random numbers for each channel, so that a channel's bins do not hang on the others.
    private readonly Random _random = new(unchecked((options.Seed * 397) ^ channel));
    private readonly List<float> _sample = [];
    private float _minimum = float.PositiveInfinity;
    private float _maximum = float.NegativeInfinity;
    private long _count;
    private long _seen;

    public void Add(float value)
    {
        _seen++;
        if (!float.IsFinite(value))
            return;
        (_minimum, _maximum) = (Math.Min(_minimum, value), Math.Max(_maximum, value));
        _count++;
        if (options.Kind == SensorBinKind.Uniform)
            return;

        // Every value is in the sample with the same chance (Vitter's algorithm R, https://doi.org/10.1145/3147.3165).
        if (_sample.Count < options.QuantileSampleCount)
            _sample.Add(value);
        else if (_random.NextInt64(_count) is var place && place < _sample.Count)
            _sample[(int)place] = value;
    }

    /// <exception cref="InvalidOperationException">The channel had no value.</exception>
    public ChannelBins Fit()
    {
        if (_seen == 0)
            throw new InvalidOperationException(
                "There are no windows to fit bins to. Where CutWindows made none, mlContext.Log says why; it is fitted on rows of at least one "
                + "whole window.");
        if (_count == 0)
            throw new InvalidOperationException(
                $"The channel '{options.Channels[channel]}' has no value to fit bins to: all are missing or infinite.");
        _sample.Sort();
        var edges = Enumerable.Range(1, options.BinCount - 1)
            .Select(i => options.Kind == SensorBinKind.Uniform
                ? (float)(_minimum + (i * ((double)_maximum - _minimum) / options.BinCount))
                : AboveMinimum((int)((long)i * _sample.Count / options.BinCount)))
            .Where(edge => edge > _minimum).Distinct();
        return new ChannelBins(_minimum, _maximum, [.. edges]);
    }

    // Where the least value fills more than its bin, the next one begins at the value above it.
    private float AboveMinimum(int place)
    {
        while (place < _sample.Count - 1 && _sample[place] <= _minimum)
            place++;
        return _sample[place];
    }
}
