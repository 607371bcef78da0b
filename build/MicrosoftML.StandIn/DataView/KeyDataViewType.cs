namespace Microsoft.ML.Data;

/// <summary>One of <see cref="Count"/> categories, stored as an unsigned number from 1; 0 is the missing value.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    /// <exception cref="ArgumentOutOfRangeException">The count is zero or more than <paramref name="type"/> can hold.</exception>
    public KeyDataViewType(Type type, ulong count)
        : base(type)
    {
        if (!IsValidDataType(type))
            throw new ArgumentException($"A key is stored as Byte, UInt16, UInt32 or UInt64, not as {type}.", nameof(type));
        if (count == 0 || count > MaximumCount(type))
            throw new ArgumentOutOfRangeException(nameof(count), $"A {type.Name} key holds 1 to {MaximumCount(type)} values, not {count}.");
        Count = count;
    }

    public KeyDataViewType(Type type, int count)
        : this(type, count < 0 ? 0 : (ulong)count)
    {
    }

    /// <summary>Gets the number of categories.</summary>
    public ulong Count { get; }

    /// <summary>Returns whether keys may be stored as <paramref name="type"/>.</summary>
    public static bool IsValidDataType(Type type) =>
        type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);

    public override bool Equals(DataViewType other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;

    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    public override int GetHashCode() => HashCode.Combine(RawType, Count);

    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    private static ulong MaximumCount(Type type) =>
        type == typeof(byte) ? byte.MaxValue : type == typeof(ushort) ? ushort.MaxValue : type == typeof(uint) ? uint.MaxValue : ulong.MaxValue;
}
