using System.Collections.Immutable;
using System.Reflection;
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
                var type when type == typeof(uint) => row.Read(column, (uint key) => Key(key, texts)),
                var type when type == typeof(byte) => row.Read(column, (byte key) => Key(key, texts)),
                var type when type == typeof(ushort) => row.Read(column, (ushort key) => Key(key, texts)),
                var type when type == typeof(ulong) => row.Read(column, (ulong key) => Key(key, texts)),
                _ => throw Wrong(column, stage),
            };
        }

        return column.Type switch
        {
            TextDataViewType => row.Read(column, (ReadOnlyMemory<char> text) => text.ToString()),
            PrimitiveDataViewType => (Func<string?>)typeof(TextGetter)
                .GetMethod(nameof(Scalar), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(column.Type.RawType)
                .Invoke(null, [row, column])!,
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

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column) => row.Read<T, string>(column, ScalarText.Of);

    // Key 0 is the missing one.
    private static string? Key(ulong key, ImmutableArray<string>? texts) =>
        key == 0 ? null : texts is { } known ? known[checked((int)key) - 1] : ScalarText.Of(key);

    private static ArgumentOutOfRangeException Wrong(DataViewSchema.Column column, string stage) =>
        SchemaChecks.WrongType(column.Name, stage, "text, key, number, boolean or time", column.Type.ToString());
}
