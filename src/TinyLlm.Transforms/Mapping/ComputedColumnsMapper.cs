using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Adds computed columns to rows: what a row-to-row transformer is once it knows the schema of its input.</summary>
internal abstract class ComputedColumnsMapper : IRowToRowMapper
{
    private readonly int[] _inputs;

    /// <summary>Makes a mapper.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <param name="inputs">The columns that the computation reads.</param>
    /// <param name="outputs">The columns that it adds.</param>
    protected ComputedColumnsMapper(
        DataViewSchema inputSchema, IEnumerable<DataViewSchema.Column> inputs, IEnumerable<DataViewSchema.DetachedColumn> outputs)
    {
        (InputSchema, _inputs) = (inputSchema, [.. inputs.Select(column => column.Index)]);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(outputs);
        OutputSchema = builder.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; }

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; }

    /// <summary>
    /// Gets how many rows the computation takes at once: where it is more than one, rows come from a <see cref="ReadAheadCursor"/>,
    /// except single rows.
    /// </summary>
    public virtual int BatchRows => 1;

    /// <summary>Prepares the computation.</summary>
    /// <param name="input">The row, which moves; its inputs are active in it.</param>
    public abstract RowValues Compute(DataViewRow input);

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        ArgumentNullException.ThrowIfNull(dependingColumns);
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                needed.Add(column.Index);
            else
                needed.UnionWith(_inputs);
        }

        return needed.Select(index => InputSchema[index]);
    }

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return new MappedRow(input, new MappedColumns(this, input, activeColumns));
    }
}
