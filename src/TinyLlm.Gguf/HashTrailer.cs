using System.Security.Cryptography;

namespace TinyLlm.Gguf;

/// <summary>Files of our own that end in the 32 bytes of the SHA-256 of all before them.</summary>
internal static class HashTrailer
{
    /// <summary>Writes what <paramref name="write"/> writes, then its hash.</summary>
    public static void Write(Stream stream, Action<Stream> write)
    {
        using var hashing = new HashingStream(stream);
        write(hashing);
        stream.Write(hashing.GetHash());
    }

    /// <summary>Checks that a file is whole.</summary>
    /// <exception cref="FormatException">It is damaged or cut short.</exception>
    public static void Check(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = stream.Length - SHA256.HashSizeInBytes;
        if (left < 0)
            throw new FormatException($"'{path}' is cut short: it has {stream.Length} bytes.");
        var buffer = new byte[1 << 20];
        for (; left > 0; left -= Math.Min(left, buffer.Length))
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            stream.ReadExactly(part);
            hash.AppendData(part);
        }

        var expected = buffer.AsSpan(0, SHA256.HashSizeInBytes);
        stream.ReadExactly(expected);
        if (!expected.SequenceEqual(hash.GetCurrentHash()))
            throw new FormatException($"'{path}' is damaged or cut short: its last 32 bytes are not the SHA-256 of those before.");
    }
}
