using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Writes windows of sensor values as text, by a template or by bins that are learned from the rows it is fitted on.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | With bins; not with a template |
/// | Input column data type | Known-size vector of <xref:System.Single> |
/// | Output column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class SensorTextEstimator : IEstimator<SensorTextTransformer>
{
    internal const string Stage = "SensorText";

    private readonly SensorTextOptions _options;

    internal SensorTextEstimator(SensorTextOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Learns the bins, if there are to be some.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A channel has no value.</exception>
    public SensorTextTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = SensorTextTransformer.Windows(input.Schema, _options);
        return new SensorTextTransformer(_options, _options.Bins is { } bins ? SensorBins.Fit(Read(input, column), bins) : null);
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_options.InputColumnName, Stage);
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey || !column.ItemType.Equals(NumberDataViewType.Single))
            throw SchemaChecks.WrongType(_options.InputColumnName, Stage, SensorTextTransformer.WindowType, column.Describe());
        return inputSchema.With(
            ReservedTokensAnnotation.Shape(_options.OutputColumnName, _options.Bins is { Symbols: SensorSymbolStyle.Reserved }));
    }

    private IEnumerable<ReadOnlyMemory<float>> Read(IDataView input, DataViewSchema.Column column)
    {
        using var cursor = input.GetRowCursor([column]);
        var read = new WindowReader(cursor, column, _options);
        while (cursor.MoveNext())
            yield return read.Next();
    }
}
