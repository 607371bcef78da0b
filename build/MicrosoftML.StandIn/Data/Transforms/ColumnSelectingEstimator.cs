using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps or drops columns.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(IHostEnvironment env, ColumnSelectingTransformer transformer)
        : base(env.Register("ColumnSelecting"), transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SchemaShape(Transformer.Keeps
            ? Transformer.Names.Select(name => SchemaErrors.Find(inputSchema, name))
            : inputSchema.Where(column => !Transformer.Names.Contains(column.Name)));
    }
}
