namespace TinyLlm.Transforms;

/// <summary>How the symbols of a window are written.</summary>
public enum SensorTextForm
{
    /// <summary>One symbol for each value.</summary>
    Values,

    /// <summary>The first value's symbol, then how many bins each value is above or below the one before.</summary>
    Deltas,

    /// <summary>One symbol for each run of values of the same bin, with its length where that is more than one.</summary>
    RunLengths,
}
