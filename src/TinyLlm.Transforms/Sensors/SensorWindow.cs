namespace TinyLlm.Transforms;

/// <summary>Samples that follow each other, of one group.</summary>
/// <param name="Group">The rows' group.</param>
/// <param name="FirstSample">The number of its first sample in the group's stream, from 0 on; after a gap that is not bridged too.</param>
/// <param name="Values">The values <c>[samples, channels]</c>, row-major. They are the windower's: valid until the next window is asked
/// for.</param>
/// <param name="Label">The window's label.</param>
/// <typeparam name="TGroup">The type of group keys.</typeparam>
/// <typeparam name="TLabel">The type of labels.</typeparam>
public readonly record struct SensorWindow<TGroup, TLabel>(TGroup Group, long FirstSample, ReadOnlyMemory<float> Values, TLabel Label)
    where TGroup : notnull
    where TLabel : notnull;
