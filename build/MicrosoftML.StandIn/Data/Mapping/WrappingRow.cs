namespace Microsoft.ML.Data;

/// <summary>A row with the position and identity of another, which it owns.</summary>
internal abstract class WrappingRow(DataViewRow input, DataViewSchema schema) : DataViewRow
{
    public sealed override DataViewSchema Schema { get; } = schema;

    public override long Position => Input.Position;

    public override long Batch => Input.Batch;

    protected DataViewRow Input { get; } = input;

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Input.Dispose();
        base.Dispose(disposing);
    }
}
