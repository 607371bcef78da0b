namespace Microsoft.ML.Data;

/// <summary>A cursor over values that are kept in slots.</summary>
internal abstract class SlotCursor(DataViewSchema schema, IReadOnlyDictionary<int, SlotBuffer> buffers) : DataViewRowCursor
{
    private long _position = -1;

    public sealed override DataViewSchema Schema => schema;

    public sealed override long Position => Math.Max(_position, -1);

    public sealed override long Batch => 0;

    /// <summary>Gets or sets the slot of the current row.</summary>
    protected int Slot { get; set; } = -1;

    public sealed override bool MoveNext()
    {
        if (_position != long.MinValue && MoveToNextSlot())
        {
            _position++;
            return true;
        }

        _position = long.MinValue;
        return false;
    }

    public sealed override bool IsColumnActive(DataViewSchema.Column column)
    {
        RowChecks.CheckColumn(schema, column);
        return buffers.ContainsKey(column.Index);
    }

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowChecks.CheckActive(schema, column, IsColumnActive(column));
        return RowChecks.Cast<TValue>(buffers[column.Index].CreateGetter(GetSlot), column);
    }

    protected abstract bool MoveToNextSlot();

    protected int GetSlot() => _position >= 0 ? Slot : throw new InvalidOperationException("The cursor does not stand on a row: call MoveNext first.");
}
