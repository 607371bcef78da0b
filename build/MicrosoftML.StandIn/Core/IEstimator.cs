namespace Microsoft.ML;

/// <summary>Learns a transformer from data.</summary>
public interface IEstimator<out TTransformer>
    where TTransformer : ITransformer
{
    TTransformer Fit(IDataView input);

    /// <summary>Returns the columns that the fitted transformer will give, or throws where the input does not suit.</summary>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
