using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Maps a data view to a data view.</summary>
public interface ITransformer : ICanSaveModel
{
    /// <summary>Gets whether <see cref="GetRowToRowMapper"/> may be called.</summary>
    bool IsRowToRowMapper { get; }

    /// <summary>Returns the schema that <see cref="Transform"/> gives for data of <paramref name="inputSchema"/>.</summary>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>Returns transformed data; nothing is computed before a cursor asks.</summary>
    IDataView Transform(IDataView input);

    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}
