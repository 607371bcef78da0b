using System.Runtime.InteropServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>All memory of a network, native and laid out before the first step.</summary>
/// <remarks>
/// The layout runs twice: once to learn the size, once over the memory. In the first pass the pointers are not null and must not be
/// followed.
/// </remarks>
internal sealed unsafe partial class Arena : IDisposable
{
    private const int Alignment = 64;
    private const int HugePage = 1 << 21;
    private const int AdviseHugePages = 14;                             // MADV_HUGEPAGE, <sys/mman.h> of Linux

    private byte* _memory;
    private long _used;

    private Arena(long bytes, byte* memory)
    {
        ByteCount = bytes;
        _memory = memory;
    }

    /// <summary>Gets the size in bytes.</summary>
    public long ByteCount { get; }

    /// <summary>Gets whether there is memory behind the pointers.</summary>
    public bool IsReal => _memory != null;

    /// <summary>Makes an arena of the size that <paramref name="layout"/> asks for, and lays it out.</summary>
    /// <exception cref="OutOfMemoryException">The system does not have that much.</exception>
    public static Arena Create(string purpose, Action<Arena> layout)
    {
        var measure = new Arena(0, null);
        layout(measure);
        var bytes = measure._used;
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
            throw OutOfMemory(purpose, bytes, $"this process may use {available:N0}", null);
        try
        {
            // One alignment more than asked for: kernels may load a whole register where fewer numbers are left.
            var memory = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + Alignment), (nuint)(bytes >= HugePage ? HugePage : Alignment));
            // Packing walks through columns, a page for each row: with pages of 4 KB finding them takes longer than reading them. Linux
            // gives pages of 2 MB where it is asked to; elsewhere, and where it refuses, everything works as well, slower.
            if (OperatingSystem.IsLinux() && bytes >= HugePage)
                _ = Advise(memory, (nuint)bytes, AdviseHugePages);
            NativeMemory.Clear(memory, (nuint)(bytes + Alignment));
            var arena = new Arena(bytes, memory);
            layout(arena);
            return arena;
        }
        catch (OutOfMemoryException exception)
        {
            throw OutOfMemory(purpose, bytes, "the system refused them", exception);
        }
    }

    /// <summary>Takes memory for <paramref name="count"/> numbers, 64-byte aligned and zero.</summary>
    public float* Take(long count)
    {
        var start = _used;
        _used += ((count * sizeof(float)) + Alignment - 1) / Alignment * Alignment;
        return (float*)((_memory == null ? (byte*)Alignment : _memory) + start);
    }

    /// <summary>Takes memory for a matrix.</summary>
    public Matrix Take(int rows, int columns) => new(Take((long)rows * columns), rows, columns);

    /// <summary>Takes memory for a matrix whose rows begin at whole cache lines and an odd number of these apart.</summary>
    /// <remarks>
    /// Where that number is a power of two, a column falls into the same few places of the cache and its numbers drive each other out.
    /// </remarks>
    public Matrix TakeApart(int rows, int columns)
    {
        const int LineNumbers = Alignment / sizeof(float);
        return Take(rows, (((columns + LineNumbers - 1) / LineNumbers) | 1) * LineNumbers).ColumnRange(0, columns);
    }

    /// <summary>Takes memory for a matrix in BF16.</summary>
    public Matrix TakeBFloat16(int rows, int columns) => new(TakeBFloat16((long)rows * columns), rows, columns);

    /// <summary>Takes memory for <paramref name="count"/> numbers in BF16, 64-byte aligned and zero.</summary>
    public ushort* TakeBFloat16(long count) => (ushort*)Take((count + 1) / 2);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint bytes, int advice);

    private static OutOfMemoryException OutOfMemory(string purpose, long bytes, string found, Exception? inner) =>
        new($"{purpose} needs {bytes:N0} bytes, and {found}: "
            + "lower BatchSize or SequenceLength, set RecomputeActivations, or take a smaller model.", inner);
}
