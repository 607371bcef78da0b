using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Adds what a model says of a text column.</summary>
internal sealed class TextScoringMapper<TResult>(
    DataViewSchema inputSchema, DataViewSchema.Column text, IEnumerable<DataViewSchema.DetachedColumn> outputs, int batchRows,
    Func<IReadOnlyList<string>, IReadOnlyList<TResult>> score, Func<int, Func<TResult>, Delegate> createGetter, Action ended)
    : ComputedColumnsMapper(inputSchema, [text], outputs)
{
    public override int BatchRows => batchRows;

    public override RowValues Compute(DataViewRow input) => new TextScores<TResult>(input, text, score, createGetter, ended);
}
