using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>Writes rows as text that a <see cref="TextLoader"/> with quoting reads again.</summary>
internal static class TextSaver
{
    public static void Save(IDataView data, Stream stream, char separator, bool headerRow, bool schema, bool keepHidden)
    {
        var columns = data.Schema.Where(column => keepHidden || !column.IsHidden).ToArray();
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (schema)
        {
            foreach (var column in columns)
                writer.WriteLine($"#@ {column.Name}: {column.Type}");
        }

        if (headerRow)
            writer.WriteLine(string.Join(separator, columns.SelectMany(column => Names(column)).Select(name => Quote(name, separator))));
        using var cursor = data.GetRowCursor(columns);
        var readers = columns.Select(column => Generic.Call<Func<IEnumerable<string>>>(typeof(TextSaver), nameof(Reader), [ColumnMapper.ItemOf(column.Type).RawType], cursor, column)).ToArray();
        while (cursor.MoveNext())
            writer.WriteLine(string.Join(separator, readers.SelectMany(read => read()).Select(text => Quote(text, separator))));
    }

    private static IEnumerable<string> Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [column.Name];
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        return Enumerable.Range(0, vector.Size).Select(slot => slot < names.Length ? names.GetItemOrDefault(slot).ToString() : $"{column.Name}{slot}");
    }

    private static Func<IEnumerable<string>> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var toText = ItemConversion.Get<T, ReadOnlyMemory<char>>();
        if (column.Type is VectorDataViewType)
        {
            var vectors = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return () =>
            {
                vectors(ref vector);
                return vector.DenseValues().Select(Format);
            };
        }

        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return [Format(value)];
        };

        string Format(T item) => item switch
        {
            float.NaN or double.NaN => "?",
            bool b => b ? "1" : "0",
            _ => toText(item).ToString(),
        };
    }

    private static string Quote(string text, char separator) =>
        text.AsSpan().ContainsAny($"{separator}\"\r\n") ? string.Create(CultureInfo.InvariantCulture, $"\"{text.Replace("\"", "\"\"")}\"") : text;
}
