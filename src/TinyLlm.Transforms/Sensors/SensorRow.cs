namespace TinyLlm.Transforms;

/// <summary>One row of a stream of sensor values.</summary>
/// <param name="Group">What the row belongs to, such as a device, a trial or a subject; a window never holds rows of two groups.</param>
/// <param name="Time">When it was measured, in any unit; read only where the windows have a
/// sample interval or a longest gap.</param>
/// <param name="Values">One value for each channel; read before the next row is asked for. NaN is a missing value.</param>
/// <param name="Label">What the row is an example of.</param>
/// <typeparam name="TGroup">The type of group keys.</typeparam>
/// <typeparam name="TLabel">The type of labels.</typeparam>
public readonly record struct SensorRow<TGroup, TLabel>(TGroup Group, double Time, ReadOnlyMemory<float> Values, TLabel Label)
    where TGroup : notnull
    where TLabel : notnull;
