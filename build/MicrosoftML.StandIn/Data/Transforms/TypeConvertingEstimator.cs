using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Converts columns to another simple type.</summary>
public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly (string Output, string Input)[] _columns;
    private readonly DataKind _kind;

    internal TypeConvertingEstimator(IHostEnvironment env, DataKind kind, params (string Output, string Input)[] columns)
        : base(env.Register("TypeConverting"), new TypeConvertingTransformer(env, kind, columns)) => (_kind, _columns) = (kind, columns);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shapes.With(inputSchema, _columns.Select(pair =>
    {
        var source = SchemaErrors.Find(inputSchema, pair.Input);
        var target = RawKinds.TypeOf(_kind);
        if (!ItemConversion.Exists(source.ItemType, target))
            throw SchemaErrors.Mismatch(nameof(inputSchema), "input", pair.Input, $"a type that converts to {target}", source.GetTypeString());
        return new SchemaShape.Column(pair.Output, source.Kind, target, false, new SchemaShape(Shapes.Keep(source, AnnotationKinds.SlotNames)));
    }));
}
