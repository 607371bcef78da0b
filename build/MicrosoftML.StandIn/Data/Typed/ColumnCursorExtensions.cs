namespace Microsoft.ML.Data;

/// <summary>Reads one column.</summary>
public static class ColumnCursorExtensions
{
    /// <summary>Returns the values of a column; text also as strings, vectors also as arrays.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        return data.GetColumn<T>(data.Schema.GetColumnOrNull(columnName) ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"Could not find column '{columnName}'"));
    }

    /// <inheritdoc cref="GetColumn{T}(IDataView, string)"/>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(data);
        RowChecks.CheckColumn(data.Schema, column);
        var convert = UserValue.ConverterFrom(column.Type.RawType, typeof(T))
            ?? throw new InvalidOperationException($"Could not map a data view column '{column.Name}' of type {column.Type} to {typeof(T)}.");
        return Generic.Call<IEnumerable<T>>(typeof(ColumnCursorExtensions), nameof(Read), [column.Type.RawType, typeof(T)], data, column, convert);
    }

    private static IEnumerable<TUser> Read<TRaw, TUser>(IDataView data, DataViewSchema.Column column, FromColumn<TRaw, TUser> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<TRaw>(column);
        while (cursor.MoveNext())
        {
            TRaw value = default;
            getter(ref value);
            yield return convert(in value, default);
        }
    }
}
