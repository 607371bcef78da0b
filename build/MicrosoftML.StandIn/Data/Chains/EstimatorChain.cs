using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators that are fitted one after the other, each on what the fitted ones before it give.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    /// <summary>The last estimator; <see langword="null"/> in an empty chain.</summary>
    public readonly IEstimator<TLastTransformer> LastEstimator;

    private readonly IHostEnvironment _env;
    private readonly IEstimator<ITransformer>[] _estimators;
    private readonly TransformerScope[] _scopes;
    private readonly bool[] _cacheAfter;

    public EstimatorChain()
        : this(null, [], [], [])
    {
    }

    private EstimatorChain(IHostEnvironment env, IEstimator<ITransformer>[] estimators, TransformerScope[] scopes, bool[] cacheAfter)
    {
        _env = env;
        _estimators = estimators;
        _scopes = scopes;
        _cacheAfter = cacheAfter;
        LastEstimator = estimators.LastOrDefault() as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // The whole chain is checked before the first, perhaps long, fit.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var data = input;
        var transformers = new ITransformer[_estimators.Length];
        for (var i = 0; i < _estimators.Length; i++)
        {
            transformers[i] = _estimators[i].Fit(data);
            data = transformers[i].Transform(data);
            if (_cacheAfter[i] && i < _estimators.Length - 1)
                data = new CacheDataView(data, []);
        }

        return new TransformerChain<TLastTransformer>(transformers, _scopes);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _estimators.Aggregate(inputSchema, (shape, estimator) => estimator.GetOutputSchema(shape));
    }

    /// <summary>Returns a chain with one more estimator.</summary>
    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new EstimatorChain<TNewTrans>(_env, [.. _estimators, estimator], [.. _scopes, scope], [.. _cacheAfter, false]);
    }

    /// <summary>Returns a chain whose later estimators see the data from memory.</summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        return _estimators.Length == 0 || _cacheAfter[^1]
            ? this
            : new EstimatorChain<TLastTransformer>(env, _estimators, _scopes, [.. _cacheAfter[..^1], true]);
    }
}
