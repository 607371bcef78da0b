using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense or sparse, whose arrays are reused from row to row.</summary>
/// <remarks>A default value is the empty vector. Sparse: indices ascend, and what is not stored is the default of <typeparamref name="T"/>.</remarks>
public readonly struct VBuffer<T> : IEnumerable
{
    /// <summary>The number of items, stored or not.</summary>
    public readonly int Length;

    private readonly int _count;
    private readonly T[] _values;
    private readonly int[] _indices;

    /// <summary>Wraps a dense vector.</summary>
    public VBuffer(int length, T[] values, int[] indices = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((values?.Length ?? 0) < length)
            throw new ArgumentException($"{length} values are expected but the array holds {values?.Length ?? 0}.", nameof(values));
        Length = _count = length;
        _values = values;
        _indices = indices;
    }

    /// <summary>Wraps a vector of which <paramref name="count"/> values are stored, at ascending <paramref name="indices"/>.</summary>
    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)count > (uint)length)
            throw new ArgumentException($"A vector of {length} cannot store {count} values.", nameof(count));
        if ((values?.Length ?? 0) < count)
            throw new ArgumentException($"{count} values are expected but the array holds {values?.Length ?? 0}.", nameof(values));
        if (count != length && (indices?.Length ?? 0) < count)
            throw new ArgumentException($"{count} indices are expected but the array holds {indices?.Length ?? 0}.", nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    /// <summary>Gets whether every item is stored.</summary>
    public bool IsDense => _count == Length;

    internal T[] ValuesArray => _values;

    internal int[] IndicesArray => _indices;

    /// <summary>Returns the stored values.</summary>
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    /// <summary>Returns the indices of the stored values; empty when dense.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    /// <summary>Returns the item at <paramref name="index"/>, the default where it is not stored.</summary>
    public T GetItemOrDefault(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        if (IsDense)
            return _values[index];
        var at = GetIndices().BinarySearch(index);
        return at < 0 ? default : _values[at];
    }

    /// <inheritdoc cref="GetItemOrDefault(int)"/>
    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    /// <summary>Enumerates index and value of the stored items, or of all.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        for (int i = 0, stored = 0; i < Length; i++)
        {
            if (IsDense || (stored < _count && _indices[stored] == i))
                yield return new KeyValuePair<int, T>(i, _values[stored++]);
            else if (all)
                yield return new KeyValuePair<int, T>(i, default);
        }
    }

    /// <summary>Enumerates all values.</summary>
    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    /// <summary>Copies this vector, as it is stored, into <paramref name="destination"/>'s arrays.</summary>
    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    /// <summary>Copies this vector into <paramref name="destination"/>, every item stored.</summary>
    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Copies a range of this vector into <paramref name="destination"/>.</summary>
    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceIndex);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sourceIndex, Length - length);
        if (IsDense)
        {
            var dense = VBufferEditor.Create(ref destination, length);
            _values.AsSpan(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }

        var (first, end) = (LowerBound(sourceIndex), LowerBound(sourceIndex + length));
        var sparse = VBufferEditor.Create(ref destination, length, end - first);
        GetValues()[first..end].CopyTo(sparse.Values);
        for (var i = first; i < end && end - first < length; i++)
            sparse.Indices[i - first] = _indices[i] - sourceIndex;
        destination = sparse.Commit();
    }

    /// <summary>Copies all items into <paramref name="destination"/>, which holds at least <see cref="Length"/>.</summary>
    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    /// <summary>Copies all items to <paramref name="destinationIndex"/> and on; what is not stored becomes <paramref name="defaultValue"/>.</summary>
    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (var i = 0; i < _count; i++)
            target[_indices[i]] = _values[i];
    }

    /// <summary>Copies part of an array into <paramref name="destination"/>.</summary>
    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    private int LowerBound(int index)
    {
        var at = GetIndices().BinarySearch(index);
        return at < 0 ? ~at : at;
    }
}
