using System.Collections;

namespace Microsoft.ML;

/// <summary>The columns of a data view. A later column hides an earlier one of the same name.</summary>
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _byName = [];

    private DataViewSchema(IReadOnlyList<DetachedColumn> columns)
    {
        for (var i = 0; i < columns.Count; i++)
            _byName[columns[i].Name] = i;
        _columns = new Column[columns.Count];
        for (var i = 0; i < columns.Count; i++)
            _columns[i] = new Column(columns[i].Name, i, _byName[columns[i].Name] != i, columns[i].Type, columns[i].Annotations);
    }

    /// <summary>Gets the number of columns, hidden ones included.</summary>
    public int Count => _columns.Length;

    /// <summary>Gets a column by its position.</summary>
    public Column this[int columnIndex]
    {
        get
        {
            if ((uint)columnIndex >= (uint)_columns.Length)
                throw new ArgumentOutOfRangeException(nameof(columnIndex), $"The schema has {Count} columns; there is no column {columnIndex}.");
            return _columns[columnIndex];
        }
    }

    /// <summary>Gets the column of that name which is not hidden.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Column this[string name]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            return _byName.TryGetValue(name, out var index)
                ? _columns[index]
                : throw new ArgumentOutOfRangeException(nameof(name), $"Column '{name}' not found");
        }
    }

    /// <summary>Returns the column of that name, or <see langword="null"/>.</summary>
    public Column? GetColumnOrNull(string name) => _byName.TryGetValue(name, out var index) ? _columns[index] : null;

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{Count} columns";
}
