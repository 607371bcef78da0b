using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Joins estimators, transformers and loaders.</summary>
public static class LearningPipelineExtensions
{
    /// <summary>Returns a chain of two estimators.</summary>
    public static EstimatorChain<TTrans> Append<TTrans>(
        this IEstimator<ITransformer> start, IEstimator<TTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(estimator);
        // A chain is taken apart, so that its cache checkpoints and scopes stay.
        return (start as EstimatorChain<ITransformer> ?? new EstimatorChain<ITransformer>().Append(start)).Append(estimator, scope);
    }

    /// <summary>Returns a chain of two transformers.</summary>
    public static TransformerChain<TTrans> Append<TTrans>(this ITransformer start, TTrans transformer)
        where TTrans : class, ITransformer =>
        start is TransformerChain<ITransformer> chain ? chain.Append(transformer) : new TransformerChain<TTrans>(start, transformer);

    /// <summary>Returns a chain whose later estimators see the data from memory.</summary>
    public static EstimatorChain<TTrans> AppendCacheCheckpoint<TTrans>(this IEstimator<TTrans> start, IHostEnvironment env)
        where TTrans : class, ITransformer =>
        new EstimatorChain<ITransformer>().Append(start).AppendCacheCheckpoint(env);

    /// <summary>Returns an estimator that calls <paramref name="onFit"/> with what it has fitted.</summary>
    public static IEstimator<TTransformer> WithOnFitDelegate<TTransformer>(this IEstimator<TTransformer> estimator, Action<TTransformer> onFit)
        where TTransformer : class, ITransformer =>
        new DelegateEstimator<TTransformer>(estimator, onFit);

    private sealed class DelegateEstimator<TTransformer>(IEstimator<TTransformer> estimator, Action<TTransformer> onFit) : IEstimator<TTransformer>
        where TTransformer : class, ITransformer
    {
        public TTransformer Fit(IDataView input)
        {
            var transformer = estimator.Fit(input);
            onFit(transformer);
            return transformer;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);
    }
}
