using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>A transformer that adds computed columns to rows. Public for its subclasses; only this library can derive from it.</summary>
public abstract class RowTransformer : ITransformer
{
    private protected RowTransformer()
    {
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema).OutputSchema;
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Bind(inputSchema);
    }

    /// <summary>Returns the rows with the computed columns; nothing is computed before a cursor asks.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, Bind(input.Schema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        Save(ctx);
    }

    private protected abstract ComputedColumnsMapper Bind(DataViewSchema inputSchema);

    private protected abstract void Save(ModelSaveContext ctx);
}
