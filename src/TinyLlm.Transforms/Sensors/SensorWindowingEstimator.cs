using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Cuts a stream of sensor rows into windows: many rows in, one row for each window out, with its group and its label.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | <xref:System.Single>, or a known-size vector of it |
/// | Output column data type | Known-size vector of <xref:System.Single>; group and label as they were |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class SensorWindowingEstimator : IEstimator<SensorWindowingTransformer>
{
    internal const string Stage = "CutWindows";

    private readonly SensorWindowingOptions _options;

    internal SensorWindowingEstimator(SensorWindowingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Checks the schema; no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SensorWindowingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new SensorWindowingTransformer(_options);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Returns the schema that the fitted transformer will give: the windows, and group and label where they are named.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var values = inputSchema.Require(_options.InputColumnName, Stage);
        if (values.Kind == SchemaShape.Column.VectorKind.VariableVector || values.IsKey
            || !values.ItemType.Equals(NumberDataViewType.Single))
            throw SchemaChecks.WrongType(_options.InputColumnName, Stage, SensorWindowingTransformer.Values, values.Describe());
        if (_options.TimeColumnName is { } time)
            inputSchema.Require(time, Stage);
        var kept = new[] { _options.GroupColumnName, _options.LabelColumnName }.OfType<string>()
            .Select(name => Scalar(inputSchema.Require(name, Stage)));
        return new SchemaShape(
            [new(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false), .. kept]);
    }

    private static SchemaShape.Column Scalar(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar
        ? column
        : throw SchemaChecks.WrongType(column.Name, Stage, "a scalar", column.Describe());
}
