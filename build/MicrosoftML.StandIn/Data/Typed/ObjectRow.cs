namespace Microsoft.ML.Data;

/// <summary>One object seen as a row; the object is exchanged from call to call.</summary>
internal sealed class ObjectRow<TRow>(BoundColumn[] columns, DataViewSchema schema) : DataViewRow
    where TRow : class
{
    private long _position = -1;
    private TRow _current;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public void Set(TRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        RowChecks.CheckColumn(schema, column);
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowChecks.CheckColumn(schema, column);
        return RowChecks.Cast<TValue>(columns[column.Index].CreateGetter(() => _current), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);
}
