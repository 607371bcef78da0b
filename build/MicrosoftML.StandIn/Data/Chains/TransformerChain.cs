using System.Collections;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Transformers that are applied one after the other.</summary>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable
    where TLastTransformer : class, ITransformer
{
    /// <summary>The last transformer; <see langword="null"/> in an empty chain.</summary>
    public readonly TLastTransformer LastTransformer;

    private readonly ITransformer[] _transformers;
    private readonly TransformerScope[] _scopes;
    private bool _disposed;

    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, transformers?.Select(_ => TransformerScope.Everything))
    {
    }

    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        ArgumentNullException.ThrowIfNull(transformers);
        ArgumentNullException.ThrowIfNull(scopes);
        _transformers = [.. transformers];
        _scopes = [.. scopes];
        if (_transformers.Length != _scopes.Length)
            throw new ArgumentException($"There are {_transformers.Length} transformers but {_scopes.Length} scopes.", nameof(scopes));
        if (_transformers.Length > 0)
        {
            LastTransformer = _transformers[^1] as TLastTransformer
                ?? throw new ArgumentException($"The last transformer is a {_transformers[^1].GetType()}, not a {typeof(TLastTransformer)}.", nameof(transformers));
        }
    }

    bool ITransformer.IsRowToRowMapper => IsRowToRowMapper;

    private bool IsRowToRowMapper => _transformers.All(transformer => transformer.IsRowToRowMapper);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetOutputSchema(inputSchema, TransformerScope.Everything);

    /// <summary>Returns the output schema of the transformers that are used in <paramref name="scope"/>.</summary>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return In(scope).Aggregate(inputSchema, (schema, transformer) => transformer.GetOutputSchema(schema));
    }

    public IDataView Transform(IDataView input) => Transform(input, TransformerScope.Everything);

    /// <summary>Applies the transformers that are used in <paramref name="scope"/>.</summary>
    public IDataView Transform(IDataView input, TransformerScope scope)
    {
        ArgumentNullException.ThrowIfNull(input);
        // A schema that does not suit is found before the first transformer is applied.
        GetOutputSchema(input.Schema, scope);
        return In(scope).Aggregate(input, (data, transformer) => transformer.Transform(data));
    }

    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer =>
        new([.. _transformers, transformer], [.. _scopes, scope]);

    /// <summary>Returns the chain of the transformers that are used in <paramref name="scopeFilter"/>.</summary>
    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter) =>
        new(In(scopeFilter), _scopes.Where(scope => (scope & scopeFilter) != 0));

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!IsRowToRowMapper)
            throw new InvalidOperationException("Method GetRowToRowMapper() is called despite IsRowToRowMapper being false.");
        var mappers = new List<IRowToRowMapper>();
        foreach (var transformer in _transformers)
            mappers.Add(transformer.GetRowToRowMapper(mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema));
        return new CompositeRowToRowMapper(inputSchema, [.. mappers]);
    }

    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)_transformers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Disposes the transformers that are disposable, the last first.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        foreach (var transformer in _transformers.Reverse().OfType<IDisposable>())
            transformer.Dispose();
        _disposed = true;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => TransformerChainLoader.Save(ctx, _transformers, _scopes);

    private IEnumerable<ITransformer> In(TransformerScope scope) =>
        _transformers.Zip(_scopes).Where(pair => (pair.Second & scope) != 0).Select(pair => pair.First);
}
