namespace Microsoft.ML;

/// <summary>A row that moves forward through a data view.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    /// <summary>Advances to the next row; returns <see langword="false"/> when there is none.</summary>
    public abstract bool MoveNext();
}
