namespace Microsoft.ML.Data;

/// <summary>Computes new columns of a row from its other columns: what a row-to-row transformer is, bound to an input schema.</summary>
internal abstract class RowMapper(DataViewSchema inputSchema)
{
    public DataViewSchema InputSchema { get; } = inputSchema;

    /// <summary>Gets the columns that are added.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns { get; }

    /// <summary>Returns the indices of the input columns that output <paramref name="output"/> needs.</summary>
    public abstract IEnumerable<int> GetDependencies(int output);

    /// <summary>Returns a <see cref="ValueGetter{TValue}"/> of the raw type of output <paramref name="output"/>.</summary>
    public abstract Delegate CreateGetter(DataViewRow input, int output);
}
