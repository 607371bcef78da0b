namespace Microsoft.ML.Data;

/// <summary>Makes editors, which write the next value into the arrays of an old <see cref="VBuffer{T}"/>.</summary>
public static class VBufferEditor
{
    /// <summary>Edits <paramref name="destination"/> in place, keeping its length and which items it stores.</summary>
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination) =>
        new(destination.Length, destination.GetValues().Length, destination.ValuesArray, destination.IndicesArray, false, false, false);

    /// <summary>Starts a vector of <paramref name="newLogicalLength"/> items of which <paramref name="valuesCount"/> are stored (default: all).</summary>
    /// <param name="destination">The vector whose arrays are reused where they are large enough.</param>
    /// <param name="newLogicalLength">The number of items.</param>
    /// <param name="valuesCount">The number of stored items; default all.</param>
    /// <param name="maxValuesCapacity">The most items that will ever be stored, which bounds growth; default <paramref name="newLogicalLength"/>.</param>
    /// <param name="keepOldOnResize">Whether old contents survive a larger array.</param>
    /// <param name="requireIndicesOnDense">Whether indices are given even when every item is stored.</param>
    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        var count = valuesCount ?? newLogicalLength;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(valuesCount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, newLogicalLength, nameof(valuesCount));
        var capacity = Math.Max(count, maxValuesCapacity ?? newLogicalLength);
        var (values, indices) = (destination.ValuesArray, destination.IndicesArray);
        var newValues = EnsureSize(ref values, count, capacity, keepOldOnResize);
        var wantsIndices = count < newLogicalLength || requireIndicesOnDense;
        var newIndices = wantsIndices && EnsureSize(ref indices, count, capacity, keepOldOnResize);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    private static bool EnsureSize<TItem>(ref TItem[] array, int needed, int capacity, bool keep)
    {
        if ((array?.Length ?? 0) >= needed)
            return false;
        var size = Math.Min(capacity, Math.Max(needed, array is null ? needed : 2 * array.Length));
        if (keep && array is not null)
            Array.Resize(ref array, size);
        else
            array = new TItem[size];
        return true;
    }
}
