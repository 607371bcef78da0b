using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns the values of columns and numbers them.</summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly (string Output, string Input)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _valuesAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(
        IHostEnvironment env, (string Output, string Input)[] columns, int maximumNumberOfKeys, KeyOrdinality ordinality, bool valuesAsText, IDataView keyData)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumNumberOfKeys);
        if (keyData is { Schema.Count: not 1 })
            throw new ArgumentException($"The key data must have exactly one column, but have {keyData.Schema.Count}.", nameof(keyData));
        (_host, _columns, _maximumNumberOfKeys, _ordinality, _valuesAsText, _keyData) =
            (env.Register("ValueToKeyMapping"), columns, maximumNumberOfKeys, ordinality, valuesAsText, keyData);
    }

    /// <summary>In which order keys are given.</summary>
    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GetOutputSchema(SchemaShape.Create(input.Schema));
        return new ValueToKeyMappingTransformer(_host, _columns, [.. _columns.Select(pair =>
        {
            var (data, column) = _keyData is null ? (input, input.Schema[pair.Input]) : (_keyData, _keyData.Schema[0]);
            var item = ColumnMapper.ItemOf(input.Schema[pair.Input].Type);
            if (!item.Equals(ColumnMapper.ItemOf(column.Type)))
                throw SchemaErrors.Mismatch(nameof(input), "key data", column.Name, item.ToString(), column.Type.ToString());
            return KeyTerms.Learn(data, column, _maximumNumberOfKeys, _ordinality == KeyOrdinality.ByValue, _valuesAsText);
        })]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shapes.With(inputSchema, _columns.Select(pair =>
    {
        var source = SchemaErrors.Find(inputSchema, pair.Input);
        if (source.ItemType is not PrimitiveDataViewType)
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "a primitive type or a vector of it", source.GetTypeString());
        DataViewType valueType = _valuesAsText ? TextDataViewType.Instance : source.ItemType;
        var keyValues = new SchemaShape.Column(AnnotationKinds.KeyValues, SchemaShape.Column.VectorKind.Vector, valueType, !_valuesAsText && source.IsKey);
        return new SchemaShape.Column(
            pair.Output, source.Kind, NumberDataViewType.UInt32, true, new SchemaShape([.. Shapes.Keep(source, AnnotationKinds.SlotNames), keyValues]));
    }));
}
