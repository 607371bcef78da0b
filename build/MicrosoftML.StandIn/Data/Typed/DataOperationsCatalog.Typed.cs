using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>Makes a data view of objects, which are enumerated when a cursor asks.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        var columns = BoundColumn.Bind(typeof(TRow), schemaDefinition, SchemaDefinition.Direction.Read);
        return new EnumerableDataView<TRow>(data, columns, BoundColumn.ToSchema(columns));
    }

    /// <summary>Makes a data view of objects whose column types are those of <paramref name="schema"/>, such as vector sizes and key counts.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        var columns = BoundColumn.Bind(typeof(TRow), null, SchemaDefinition.Direction.Read);
        columns = [.. columns.Select(column => schema.GetColumnOrNull(column.Name) is { } wanted
            ? column with { Type = wanted.Type, Annotations = wanted.Annotations }
            : column)];
        return new EnumerableDataView<TRow>(data, columns, BoundColumn.ToSchema(columns));
    }

    /// <summary>Makes objects of rows; each enumeration opens a cursor.</summary>
    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return new RowEnumerable<TRow>(data, reuseRowObject, ignoreMissingColumns, schemaDefinition);
    }
}
