using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>Gives every row a number in [0, 1) that follows from a seed and the row's identity, or from the value of a column.</summary>
internal static class RowNumbers
{
    public static Func<double> OfIdentity(DataViewRow row, int seed)
    {
        var getter = row.GetIdGetter();
        return () =>
        {
            DataViewRowId id = default;
            getter(ref id);
            return ToFraction(Start(seed).Combine(id));
        };
    }

    public static Func<double> OfValue(DataViewRow row, DataViewSchema.Column column, int seed) =>
        Generic.Call<Func<double>>(typeof(RowNumbers), nameof(OfValueOf), [column.Type.RawType], row, column, seed);

    private static Func<double> OfValueOf<T>(DataViewRow row, DataViewSchema.Column column, int seed)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return ToFraction(Hash(value, Start(seed)));
        };
    }

    private static DataViewRowId Start(int seed) => new DataViewRowId((ulong)(uint)seed, 0x5A17).Fork();

    private static DataViewRowId Hash<T>(T value, DataViewRowId hash) => value switch
    {
        ReadOnlyMemory<char> text => Hash(MemoryMarshal.AsBytes(text.Span), hash),
        string text => Hash(MemoryMarshal.AsBytes(text.AsSpan()), hash),
        DataViewRowId id => hash.Combine(id),
        IFormattable number => Hash(MemoryMarshal.AsBytes(number.ToString("R", System.Globalization.CultureInfo.InvariantCulture).AsSpan()), hash),
        System.Collections.IEnumerable items => items.Cast<object>().Aggregate(hash, (soFar, item) => Hash(item, soFar)),
        _ => Hash(MemoryMarshal.AsBytes(value.ToString().AsSpan()), hash),
    };

    private static DataViewRowId Hash(ReadOnlySpan<byte> bytes, DataViewRowId hash)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = hash.Combine(new DataViewRowId(MemoryMarshal.Read<ulong>(bytes), 8));
        ulong rest = 0;
        foreach (var value in bytes)
            rest = (rest << 8) | value;
        return hash.Combine(new DataViewRowId(rest, (ulong)bytes.Length));
    }

    private static double ToFraction(DataViewRowId hash) => (hash.Low >> 11) * (1.0 / (1UL << 53));
}
