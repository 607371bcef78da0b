namespace Microsoft.ML.Data;

/// <summary>A cursor that moves with another, which it owns.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input, DataViewSchema schema) : DataViewRowCursor
{
    public sealed override DataViewSchema Schema { get; } = schema;

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    protected DataViewRowCursor Input { get; } = input;

    public override bool MoveNext() => Input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => Input.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Input.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Input.Dispose();
        base.Dispose(disposing);
    }
}
