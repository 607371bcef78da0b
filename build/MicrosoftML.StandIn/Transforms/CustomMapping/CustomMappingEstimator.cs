using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Applies an action of the user to every row.</summary>
public sealed class CustomMappingEstimator<TSrc, TDst> : TrivialEstimator<CustomMappingTransformer<TSrc, TDst>>
    where TSrc : class, new()
    where TDst : class, new()
{
    internal CustomMappingEstimator(
        IHostEnvironment env, Action<TSrc, TDst> mapAction, string contractName, SchemaDefinition inputSchemaDefinition, SchemaDefinition outputSchemaDefinition)
        : base(env.Register("CustomMapping"), new CustomMappingTransformer<TSrc, TDst>(env, mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var wanted = SchemaShape.Create(BoundColumn.ToSchema(Transformer.Inputs));
        foreach (var column in wanted)
        {
            var found = SchemaErrors.Find(inputSchema, column.Name);
            if (found.GetTypeString() != column.GetTypeString() && !(column.Kind == SchemaShape.Column.VectorKind.VariableVector && found.Kind != SchemaShape.Column.VectorKind.Scalar))
                throw SchemaErrors.Mismatch(nameof(inputSchema), "input", column.Name, column.GetTypeString(), found.GetTypeString());
        }

        var added = SchemaShape.Create(BoundColumn.ToSchema(Transformer.Outputs));
        return new SchemaShape([.. inputSchema.Where(column => added.All(a => a.Name != column.Name)), .. added]);
    }
}
