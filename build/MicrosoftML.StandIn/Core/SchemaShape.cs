using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What is known of a schema before there is data: names and kinds of columns, without vector sizes and key counts.</summary>
public sealed partial class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        if (_columns.Any(column => !column.IsValid))
            throw new ArgumentException("Some columns of the shape were not initialized.", nameof(columns));
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the shape of a schema: of each name the column that is not hidden.</summary>
    internal static SchemaShape Create(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new SchemaShape(schema.Where(column => !column.IsHidden).Select(column =>
        {
            GetColumnTypeShape(column.Type, out var kind, out var itemType, out var isKey);
            return new Column(column.Name, kind, itemType, isKey, Create(column.Annotations.Schema));
        }));
    }

    internal static void GetColumnTypeShape(DataViewType type, out Column.VectorKind vecKind, out DataViewType itemType, out bool isKey)
    {
        vecKind = type is VectorDataViewType vector
            ? vector.IsKnownSize ? Column.VectorKind.Vector : Column.VectorKind.VariableVector
            : Column.VectorKind.Scalar;
        itemType = type is VectorDataViewType { ItemType: var item } ? item : type;
        isKey = itemType is KeyDataViewType;
        if (isKey)
            itemType = RawKinds.NumberOf(itemType.RawType);
    }

    /// <summary>Finds the last column of that name.</summary>
    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.LastOrDefault(c => c.Name == name);
        return column.IsValid;
    }
}
