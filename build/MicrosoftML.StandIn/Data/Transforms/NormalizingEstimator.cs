using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns to shift and scale numbers.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly NormalizerKind _kind;
    private readonly bool _fixZero;
    private readonly long _maximumExampleCount;
    private readonly (string Output, string Input)[] _columns;

    internal NormalizingEstimator(
        IHostEnvironment env, NormalizerKind kind, bool fixZero, long maximumExampleCount, params (string Output, string Input)[] columns)
    {
        if (maximumExampleCount <= 1)
            throw new ArgumentOutOfRangeException(nameof(maximumExampleCount), $"Must be greater than 1, not {maximumExampleCount}.");
        (_host, _kind, _fixZero, _maximumExampleCount, _columns) = (env.Register("Normalizer"), kind, fixZero, maximumExampleCount, columns);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var columns = _columns.Select(pair => input.Schema[pair.Input]).ToArray();
        using var cursor = input.GetRowCursor(columns);
        var statistics = columns.Select(column => ColumnStatistics.Create(cursor, column)).ToArray();
        for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
        {
            foreach (var column in statistics)
                column.Update();
        }

        return new NormalizingTransformer(_host, _columns, [.. statistics.Select(s => s.ToNormalizer(_kind, _fixZero))]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shapes.With(inputSchema, _columns.Select(pair =>
    {
        var source = SchemaErrors.Find(inputSchema, pair.Input);
        if (source.IsKey || (source.ItemType != NumberDataViewType.Single && source.ItemType != NumberDataViewType.Double))
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "Single or Double, scalar or vector of known size", source.GetTypeString());
        if (source.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "a vector of known size", source.GetTypeString());
        return new SchemaShape.Column(
            pair.Output, source.Kind, source.ItemType, false, new SchemaShape([.. Shapes.Keep(source, AnnotationKinds.SlotNames), Shapes.IsNormalized]));
    }));
}
