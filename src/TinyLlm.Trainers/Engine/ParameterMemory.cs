using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Engine;

/// <summary>
/// A second set of numbers for every trainable parameter, such as a moment or a copy of the weights; native and zero at first.
/// </summary>
internal sealed unsafe class ParameterMemory : IDisposable
{
    private const int Alignment = 64;

    private readonly long[] _offsets;
    private float* _memory;

    public ParameterMemory(ImmutableArray<Parameter> trained)
    {
        _offsets = new long[trained.Length];
        long count = 0;
        for (var i = 0; i < trained.Length; i++)
        {
            _offsets[i] = count;
            count += (trained[i].Count + (Alignment / sizeof(float)) - 1) / (Alignment / sizeof(float)) * (Alignment / sizeof(float));
        }

        var bytes = (nuint)Math.Max(Alignment, count * sizeof(float));
        _memory = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_memory, bytes);
    }

    /// <summary>Gets the numbers of the trainable parameter with this index, as many as it has weights.</summary>
    public float* this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory == null, this);
            return _memory + _offsets[index];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
