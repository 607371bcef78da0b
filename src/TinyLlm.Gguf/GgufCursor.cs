using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TinyLlm.Gguf;

/// <summary>Reads little-endian values from memory; every read is checked against the end.</summary>
internal unsafe ref struct GgufCursor(byte* data, long length)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long Position { get; private set; }

    public readonly long Left => length - Position;

    public ReadOnlySpan<byte> ReadBytes(int count, string what)
    {
        Require((ulong)count, what);
        var span = new ReadOnlySpan<byte>(data + Position, count);
        Position += count;
        return span;
    }

    public T Read<T>(string what)
        where T : unmanaged =>
        MemoryMarshal.Read<T>(ReadBytes(sizeof(T), what));

    /// <summary>Reads values of a fixed size; the count is checked before anything is allocated.</summary>
    public T[] ReadArray<T>(ulong count, string what)
        where T : unmanaged
    {
        var start = Position;
        if (count > (ulong)Left / (ulong)sizeof(T) || count > (ulong)Array.MaxLength)
            throw GgufErrors.TooMany($"items of {what}", count, (ulong)Left / (ulong)sizeof(T), start);
        var values = new T[count];
        var bytes = (long)count * sizeof(T);
        fixed (T* target = values)
            Buffer.MemoryCopy(data + Position, target, bytes, bytes);
        Position += bytes;
        return values;
    }

    public string ReadString(string what, int most = int.MaxValue)
    {
        var start = Position;
        var count = Read<ulong>(what);
        if (count > (ulong)Left || count > (ulong)most)
            throw GgufErrors.Truncated(what, count, Left, start);
        try
        {
            return StrictUtf8.GetString(ReadBytes((int)count, what));
        }
        catch (DecoderFallbackException)
        {
            throw GgufErrors.BadText($"The text of {what}", start);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Require(ulong count, string what)
    {
        if (count > (ulong)Left)
            throw GgufErrors.Truncated(what, count, Left, Position);
    }
}
