using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns what to put in the place of NaN.</summary>
public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHost _host;
    private readonly ReplacementMode _mode;
    private readonly bool _imputeBySlot;
    private readonly (string Output, string Input)[] _columns;

    internal MissingValueReplacingEstimator(IHostEnvironment env, ReplacementMode mode, bool imputeBySlot, params (string Output, string Input)[] columns)
    {
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such replacement mode.");
        (_host, _mode, _imputeBySlot, _columns) = (env.Register("MissingValueReplacing"), mode, imputeBySlot, columns);
    }

    /// <summary>What takes the place of NaN.</summary>
    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        return new MissingValueReplacingTransformer(_host, _columns, [.. _columns.Select(pair => Learn(input, input.Schema[pair.Input]))]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shapes.With(inputSchema, _columns.Select(pair =>
    {
        var source = SchemaErrors.Find(inputSchema, pair.Input);
        if (source.IsKey || (source.ItemType != NumberDataViewType.Single && source.ItemType != NumberDataViewType.Double))
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "Single or Double, scalar or vector", source.GetTypeString());
        return new SchemaShape.Column(
            pair.Output, source.Kind, source.ItemType, false, new SchemaShape(Shapes.Keep(source, AnnotationKinds.SlotNames, AnnotationKinds.IsNormalized)));
    }));

    // One value for each slot, or one for all; columns of varying length know no slots.
    private double[] Learn(IDataView input, DataViewSchema.Column column)
    {
        var size = column.Type is VectorDataViewType vector ? vector.Size : 1;
        var perSlot = _imputeBySlot && size > 0;
        if (_mode == ReplacementMode.DefaultValue)
            return [0];
        var values = Enumerable.Range(0, perSlot ? size : 1).Select(_ => new List<double>()).ToArray();
        foreach (var row in Rows(input, column))
        {
            for (var slot = 0; slot < row.Length; slot++)
            {
                if (!double.IsNaN(row[slot]))
                    values[perSlot ? slot : 0].Add(row[slot]);
            }
        }

        return [.. values.Select(Replacement)];
    }

    private double Replacement(List<double> values) => values.Count == 0 ? 0 : _mode switch
    {
        ReplacementMode.Mean => values.Average(),
        ReplacementMode.Minimum => values.Min(),
        ReplacementMode.Maximum => values.Max(),
        _ => values.GroupBy(value => value).MaxBy(group => group.Count()).Key,
    };

    private static IEnumerable<double[]> Rows(IDataView input, DataViewSchema.Column column) =>
        column.Type.RawType == typeof(float) ? input.GetColumn<float>(column).Select(value => new double[] { value })
        : column.Type.RawType == typeof(double) ? input.GetColumn<double>(column).Select(value => new[] { value })
        : column.Type.RawType == typeof(VBuffer<float>) ? input.GetColumn<float[]>(column).Select(row => Array.ConvertAll(row, value => (double)value))
        : input.GetColumn<double[]>(column);
}
