using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>A 128-bit row identity that is stable under shuffling and can be combined and forked without clashes.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    /// <summary>The low 64 bits.</summary>
    public readonly ulong Low;

    /// <summary>The high 64 bits.</summary>
    public readonly ulong High;

    /// <summary>Makes an identity from its two halves.</summary>
    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <inheritdoc/>
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High);

    /// <inheritdoc/>
    public int CompareTo(DataViewRowId other) => High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);

    /// <inheritdoc/>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Returns the identity of a row that is made from this one and another.</summary>
    public DataViewRowId Combine(DataViewRowId other) => Mix(Low ^ Mix(other.Low, other.High).High, High + Mix(other.High, other.Low).Low);

    /// <summary>Returns an identity for another row made from this one.</summary>
    public DataViewRowId Fork() => Mix(Low + 0x9E3779B97F4A7C15, High);

    /// <summary>Returns the identity that follows this one in a sequence.</summary>
    public DataViewRowId Next() => Mix(Low, High + 0xD1B54A32D192ED03);

    // The finalizer of MurmurHash3 x64-128 (public domain), which spreads every input bit over both halves.
    private static DataViewRowId Mix(ulong low, ulong high)
    {
        low = Finalize(low + high);
        high = Finalize(BitOperations.RotateLeft(high, 31) ^ low);
        return new DataViewRowId(low + high, high);
    }

    private static ulong Finalize(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
        return x ^ (x >> 33);
    }
}
