namespace Microsoft.ML;

/// <inheritdoc/>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, PredictionEngineOptions options, DataViewSchema inputSchema)
        : base(transformer, options, inputSchema)
    {
    }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        CheckNotDisposed();
        InputRow.Set(example);
        prediction ??= new TDst();
        foreach (var set in Setters)
            set(prediction);
    }
}
