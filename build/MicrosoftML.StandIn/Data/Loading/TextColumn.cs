namespace Microsoft.ML.Data;

/// <summary>A column of a text loader, its fields resolved.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">How fields are read.</param>
/// <param name="Type">The column's type.</param>
/// <param name="Fields">The indices of its fields, in order.</param>
/// <param name="VariableFrom">The first field of a part that goes up to each line's end; <see langword="null"/> for none.</param>
internal sealed record TextColumn(string Name, DataKind Kind, DataViewType Type, int[] Fields, int? VariableFrom)
{
    public bool IsVector => Type is VectorDataViewType;

    /// <summary>Gets the last field that is needed of a line.</summary>
    public int LastField => VariableFrom is null ? (Fields.Length == 0 ? -1 : Fields.Max()) : int.MaxValue;

    /// <summary>Resolves the columns of the options for lines of <paramref name="fieldCount"/> fields.</summary>
    public static TextColumn[] Resolve(TextLoader.Options options, int fieldCount)
    {
        ArgumentNullException.ThrowIfNull(options.Columns, nameof(options));
        if (options.Columns.Length == 0)
            throw new ArgumentException("At least one column must be given.", nameof(options));
        var named = options.Columns.SelectMany(column => column.Source ?? []).Where(range => !range.AllOther && !range.VariableEnd)
            .SelectMany(range => FieldsOf(range, fieldCount)).ToHashSet();
        return [.. options.Columns.Select(column => Resolve(column, fieldCount, named))];
    }

    private static TextColumn Resolve(TextLoader.Column column, int fieldCount, HashSet<int> named)
    {
        ArgumentException.ThrowIfNullOrEmpty(column.Name, nameof(column));
        if (column.Source is not { Length: > 0 })
            throw new ArgumentException($"The column '{column.Name}' has no source fields.", nameof(column));
        var variable = column.Source.Where(range => range.VariableEnd).ToArray();
        if (variable.Length > 1 || (variable.Length == 1 && !ReferenceEquals(variable[0], column.Source[^1])))
            throw new ArgumentException($"Only the last range of the column '{column.Name}' may have a variable end.", nameof(column));
        int[] fields = [.. column.Source.Where(range => !range.VariableEnd)
            .SelectMany(range => FieldsOf(range, fieldCount).Where(field => !range.AllOther || !named.Contains(field)))];
        int? variableFrom = variable is [var last] ? last.Min : null;
        if (fields.Length == 0 && variableFrom is null)
            throw new ArgumentException($"No field of a line, which has {fieldCount}, is left for the column '{column.Name}'.", nameof(column));

        PrimitiveDataViewType item = RawKinds.TypeOf(column.DataKind);
        if (column.KeyCount is not null)
        {
            if (!KeyDataViewType.IsValidDataType(item.RawType))
                throw new ArgumentException($"The column '{column.Name}' is a key, which is stored as Byte, UInt16, UInt32 or UInt64, not as {column.DataKind}.", nameof(column));
            item = column.KeyCount.ToKeyType(item.RawType);
        }

        var isVector = variableFrom is not null || fields.Length > 1 || column.Source.Any(range => range.ForceVector || range.AutoEnd || range.AllOther);
        DataViewType type = isVector ? new VectorDataViewType(item, variableFrom is null ? fields.Length : 0) : item;
        return new TextColumn(column.Name, column.DataKind, type, fields, variableFrom);
    }

    private static IEnumerable<int> FieldsOf(TextLoader.Range range, int fieldCount)
    {
        var last = range.Max ?? (range.AutoEnd ? fieldCount - 1 : range.Min);
        return last < range.Min ? [] : Enumerable.Range(range.Min, last - range.Min + 1);
    }
}
