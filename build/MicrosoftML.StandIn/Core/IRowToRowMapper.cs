namespace Microsoft.ML.Data;

/// <summary>Maps one row to one row.</summary>
public interface IRowToRowMapper
{
    DataViewSchema InputSchema { get; }

    DataViewSchema OutputSchema { get; }

    /// <summary>Returns the input columns that are needed to compute <paramref name="dependingColumns"/>.</summary>
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);

    /// <summary>Returns a row that follows <paramref name="input"/>; disposing it disposes the input.</summary>
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}
