using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Puts the values behind keys, which the column's annotation holds, in their place.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    internal KeyToValueMappingEstimator(IHostEnvironment env, params (string Output, string Input)[] columns)
        : base(env.Register("KeyToValueMapping"), new KeyToValueMappingTransformer(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shapes.With(inputSchema, _columns.Select(pair =>
    {
        var source = SchemaErrors.Find(inputSchema, pair.Input);
        if (!source.IsKey)
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "a key type", source.GetTypeString());
        if (!source.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var values))
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, "a key type with key values", source.GetTypeString());
        return new SchemaShape.Column(
            pair.Output, source.Kind, values.ItemType, values.IsKey, new SchemaShape(Shapes.Keep(source, AnnotationKinds.SlotNames)));
    }));
}
