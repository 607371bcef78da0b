namespace Microsoft.ML.Data;

/// <summary>A <see cref="VBuffer{T}"/> being written.</summary>
public readonly ref struct VBufferEditor<T>
{
    /// <summary>The stored values.</summary>
    public readonly Span<T> Values;

    /// <summary>The indices of the stored values; empty when every item is stored.</summary>
    public readonly Span<int> Indices;

    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool requireIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = count < length || requireIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    /// <summary>Ends the edit; the editor is not used after it.</summary>
    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    /// <summary>Ends the edit with only the first <paramref name="physicalValuesCount"/> values stored.</summary>
    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(physicalValuesCount, Values.Length);
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
