using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TinyLlm.Transforms;

/// <summary>Decides which documents validate: whole documents, before windows are cut, so that nothing of one is in both parts.</summary>
/// <remarks>
/// A document's part follows from its text and the seed alone: neither its name, its place nor what else is in the corpus moves it. Near
/// duplicates are different texts: curate first.
/// </remarks>
public static class CorpusSplit
{
    /// <summary>Returns whether a text is one that validates.</summary>
    /// <param name="text">The document's text.</param>
    /// <param name="validationShare">The share of documents that validate, 0 to 1.</param>
    /// <param name="seed">What the choice hangs on. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    public static bool IsValidation(ReadOnlySpan<char> text, double validationShare, int seed = 1)
    {
        if (!(validationShare is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, "A share from 0 to 1 is expected.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, seed);
        hash.AppendData(bytes[..sizeof(int)]);
        hash.AppendData(MemoryMarshal.AsBytes(text));
        hash.GetHashAndReset(bytes);
        // 53 bits make an even number from 0 to under 1.
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) / (double)(1L << 53) < validationShare;
    }
}
