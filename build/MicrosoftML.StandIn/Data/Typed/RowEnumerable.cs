using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>Rows seen as objects.</summary>
internal sealed class RowEnumerable<TRow> : IEnumerable<TRow>
    where TRow : class, new()
{
    private readonly IDataView _data;
    private readonly bool _reuseRowObject;
    private readonly (BoundColumn Member, DataViewSchema.Column Column)[] _columns;

    public RowEnumerable(IDataView data, bool reuseRowObject, bool ignoreMissingColumns, SchemaDefinition schemaDefinition)
    {
        _data = data;
        _reuseRowObject = reuseRowObject;
        _columns = Match(data.Schema, BoundColumn.Bind(typeof(TRow), schemaDefinition, SchemaDefinition.Direction.Write), ignoreMissingColumns);
    }

    /// <summary>Finds the column of every member, and checks that it can be put there.</summary>
    public static (BoundColumn Member, DataViewSchema.Column Column)[] Match(DataViewSchema schema, BoundColumn[] members, bool ignoreMissing)
    {
        var matches = new List<(BoundColumn, DataViewSchema.Column)>();
        foreach (var member in members)
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (!ignoreMissing)
                    throw new ArgumentOutOfRangeException("column", $"Could not find column '{member.Name}'");
                continue;
            }

            if (UserValue.ConverterFrom(column.Type.RawType, member.MemberType) is null)
            {
                throw new InvalidOperationException(
                    $"Can't bind the IDataView column '{member.Name}' of type '{column.Type}' to field or property '{member.Member.Name}' of type '{member.MemberType}'.");
            }

            matches.Add((member, column));
        }

        return [.. matches];
    }

    public IEnumerator<TRow> GetEnumerator()
    {
        using var cursor = _data.GetRowCursor(_columns.Select(pair => pair.Column).ToArray());
        var setters = _columns.Select(pair => pair.Member.CreateSetter<TRow>(cursor, pair.Column, _reuseRowObject)).ToArray();
        var row = new TRow();
        while (cursor.MoveNext())
        {
            foreach (var set in setters)
                set(row);
            yield return row;
            if (!_reuseRowObject)
                row = new TRow();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
