namespace TinyLlm.Transforms;

/// <summary>Interpolates samples at equal distances between rows at any times.</summary>
internal sealed class SampleGrid(int channels, double interval)
{
    private readonly float[] _before = new float[channels];
    private readonly float[] _sample = new float[channels];
    private double _origin;
    private double _beforeTime;
    private long _next;

    /// <summary>Gets the sample that was made last.</summary>
    public ReadOnlySpan<float> Sample => _sample;

    /// <summary>Returns by how much times of such a size may differ and be the same: a few of the last digits that they are kept with.</summary>
    public static double LastDigits(double time) => 4 * (Math.BitIncrement(Math.Abs(time)) - Math.Abs(time));

    /// <summary>Begins a grid at a row.</summary>
    public void Begin(double time, ReadOnlySpan<float> values)
    {
        (_origin, _next) = (time, 0);
        SetBefore(time, values);
    }

    /// <summary>Sets the row behind which samples are made.</summary>
    public void SetBefore(double time, ReadOnlySpan<float> values)
    {
        _beforeTime = time;
        values.CopyTo(_before);
    }

    /// <summary>Makes the next sample if it does not lie behind a row.</summary>
    public bool TryNext(double time, ReadOnlySpan<float> values, out double sampleTime)
    {
        // Multiplied, not added up: the error does not grow. What is hardly behind the row is at it.
        sampleTime = _origin + (_next * interval);
        if (sampleTime > time + (1e-6 * interval) + LastDigits(time))
            return false;
        _next++;
        var weight = time > _beforeTime ? Math.Clamp((sampleTime - _beforeTime) / (time - _beforeTime), 0, 1) : 1;
        for (var i = 0; i < _sample.Length; i++)
        {
            // At a row its own value, also where the other one is missing.
            _sample[i] = weight >= 1 ? values[i] : weight <= 0 ? _before[i]
                : (float)(_before[i] + (weight * ((double)values[i] - _before[i])));
        }

        return true;
    }
}
