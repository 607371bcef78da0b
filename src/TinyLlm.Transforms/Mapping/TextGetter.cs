using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Reads a column as text, whatever scalar it holds: labels and groups may be texts, keys, numbers or booleans.</summary>
internal static class TextGetter
{
    /// <summary>Returns a function that reads the current row; the text is null where the key is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column holds no such scalar.</exception>
    public static Func<string?> Create(DataViewRow row, DataViewSchema.Column column, string stage)
    {
        if (column.Type is KeyDataViewType)
        {
            var texts = KeyTexts.Of(column);
            return column.Type.RawType switch
            {
                var type when type == typeof(uint) => Key<uint>(row, column, key => (int)key, texts),
                var type when type == typeof(byte) => Key<byte>(row, column, key => key, texts),
                var type when type == typeof(ushort) => Key<ushort>(row, column, key => key, texts),
                var type when type == typeof(ulong) => Key<ulong>(row, column, key => checked((int)key), texts),
                _ => throw Wrong(column, stage),
            };
        }

        return column.Type.RawType switch
        {
            var type when type == typeof(ReadOnlyMemory<char>) => Plain<ReadOnlyMemory<char>>(row, column, text => text.ToString()),
            var type when type == typeof(float) => Plain<float>(row, column, Number),
            var type when type == typeof(double) => Plain<double>(row, column, Number),
            var type when type == typeof(int) => Plain<int>(row, column, Number),
            var type when type == typeof(long) => Plain<long>(row, column, Number),
            var type when type == typeof(uint) => Plain<uint>(row, column, Number),
            var type when type == typeof(bool) => Plain<bool>(row, column, value => value ? "true" : "false"),
            _ => throw Wrong(column, stage),
        };
    }

    /// <summary>Reads the column of all rows; null where a key is missing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column holds no such scalar.</exception>
    public static IEnumerable<string?> ReadAll(IDataView data, DataViewSchema.Column column, string stage)
    {
        using var cursor = data.GetRowCursor([column]);
        var read = Create(cursor, column, stage);
        while (cursor.MoveNext())
            yield return read();
    }

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static Func<string?> Plain<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> toText)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return toText(value);
        };
    }

    // Key 0 is the missing one.
    private static Func<string?> Key<T>(DataViewRow row, DataViewSchema.Column column, Func<T, int> toIndex, IReadOnlyList<string>? texts)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            var index = toIndex(value);
            return index == 0 ? null : texts is null ? index.ToString(CultureInfo.InvariantCulture) : texts[index - 1];
        };
    }

    private static ArgumentOutOfRangeException Wrong(DataViewSchema.Column column, string stage) =>
        SchemaChecks.WrongType(column.Name, stage, "text, key, number or boolean", column.Type.ToString());
}
