namespace Microsoft.ML.Data;

/// <summary>Reads the columns that evaluators need.</summary>
internal static class ScoredColumns
{
    public static DataViewSchema.Column Find(IDataView data, string name, string role, string argument)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentOutOfRangeException(argument, $"The name of the {role} column is null or empty.");
        return data.Schema.GetColumnOrNull(name) ?? throw SchemaErrors.Missing(argument, role, name);
    }

    /// <summary>Returns a reader of the class as a number from 0; −1 where it is missing, negative or no whole number.</summary>
    public static Func<long> ClassReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.RawType == typeof(float))
            return Reader<float>(row, column, value => value >= 0 && value == (int)value ? (int)value : -1);
        return column.Type.RawType == typeof(byte) ? Reader<byte>(row, column, value => value - 1L)
            : column.Type.RawType == typeof(ushort) ? Reader<ushort>(row, column, value => value - 1L)
            : column.Type.RawType == typeof(uint) ? Reader<uint>(row, column, value => value - 1L)
            : Reader<ulong>(row, column, value => (long)value - 1);
    }

    public static Func<TOut> Reader<TIn, TOut>(DataViewRow row, DataViewSchema.Column column, Func<TIn, TOut> convert)
    {
        var getter = row.GetGetter<TIn>(column);
        TIn value = default;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }

    /// <summary>Returns the names of the classes: the score's slot names, else numbers from 0.</summary>
    public static string[] ClassNames(DataViewSchema.Column score, int classes)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (score.HasSlotNames())
            score.GetSlotNames(ref names);
        return [.. Enumerable.Range(0, classes).Select(i => i < names.Length && !names.GetItemOrDefault(i).IsEmpty ? names.GetItemOrDefault(i).ToString() : i.ToString())];
    }

    private static Func<long> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> convert) => Reader<T, long>(row, column, convert);
}
