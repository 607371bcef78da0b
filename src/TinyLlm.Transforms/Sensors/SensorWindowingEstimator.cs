using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>Cuts a stream of sensor rows into windows: many rows in, one row for each window out, with its group and its label.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Where it has times, and neither interval nor gap is set |
/// | Input column data type | <xref:System.Single>, or a known-size vector of it |
/// | Output column data type | Known-size vector of <xref:System.Single>; group and label as they were |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class SensorWindowingEstimator : IEstimator<SensorWindowingTransformer>
{
    internal const string Stage = "CutWindows";

    private readonly IHostEnvironment _environment;
    private readonly SensorWindowingOptions _options;

    internal SensorWindowingEstimator(IHostEnvironment environment, SensorWindowingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options);
    }

    /// <summary>
    /// Checks the schema, and learns which step in time is a gap where there is a time column and no setting says it; else no row is read.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A gap is to be learned, and the rows have no step in time; or they are
    /// shuffled.</exception>
    public SensorWindowingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = new SensorWindowColumns(input.Schema, _options);
        var needsGap = columns.Time is not null && _options.Windows is { SampleInterval: null, MaximumGap: null };
        var options = needsGap
            ? _options with { Windows = _options.Windows with { MaximumGap = MaximumGapLearner.Learn(_environment, input, columns) } }
            : _options;
        return new SensorWindowingTransformer(_environment, options);
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
        if (_options.TimeColumnName is { } name && Scalar(inputSchema.Require(name, Stage)) is var time
            && (time.IsKey || !NumberGetter.CanRead(time.ItemType)))
            throw SchemaChecks.WrongType(name, Stage, SensorWindowColumns.Times, time.Describe());
        var kept = new[] { _options.GroupColumnName, _options.LabelColumnName }.OfType<string>()
            .Select(column => Scalar(inputSchema.Require(column, Stage)));
        return new SchemaShape(
            [new(_options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false), .. kept]);
    }

    private static SchemaShape.Column Scalar(SchemaShape.Column column) => column.Kind == SchemaShape.Column.VectorKind.Scalar
        ? column
        : throw SchemaChecks.WrongType(column.Name, Stage, "a scalar", column.Describe());
}
