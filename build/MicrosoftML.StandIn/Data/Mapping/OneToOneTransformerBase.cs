using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that makes one column out of one, for any number of pairs.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host, params (string outputColumnName, string inputColumnName)[] columns)
        : base(host) => ColumnPairs = columns;

    private protected void SaveColumns(ModelSaveContext ctx)
    {
        ctx.Writer.Write(ColumnPairs.Length);
        foreach (var (output, input) in ColumnPairs)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    private protected static (string outputColumnName, string inputColumnName)[] LoadColumns(ModelLoadContext ctx)
    {
        var columns = new (string, string)[ctx.Reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return columns;
    }
}
