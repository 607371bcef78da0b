using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Applies a transformer to one object at a time. One engine serves one thread.</summary>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private protected readonly ObjectRow<TSrc> InputRow;
    private protected readonly Action<TDst>[] Setters;

    private readonly DataViewRow _outputRow;
    private readonly ITransformer _ownedTransformer;
    private bool _disposed;

    private protected PredictionEngineBase(ITransformer transformer, PredictionEngineOptions options, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(options);
        var inputs = BoundColumn.Bind(typeof(TSrc), options.InputSchemaDefinition, SchemaDefinition.Direction.Read);
        if (inputSchema is not null)
        {
            inputs = [.. inputs.Select(column => inputSchema.GetColumnOrNull(column.Name) is { } wanted
                ? column with { Type = wanted.Type, Annotations = wanted.Annotations }
                : column)];
        }

        if (!transformer.IsRowToRowMapper)
            throw new InvalidOperationException("The transformer is not a row to row mapper, so it cannot be applied to one row at a time.");
        InputRow = new ObjectRow<TSrc>(inputs, BoundColumn.ToSchema(inputs));
        var mapper = transformer.GetRowToRowMapper(InputRow.Schema);
        OutputSchema = mapper.OutputSchema;
        var outputs = RowEnumerable<TDst>.Match(
            OutputSchema, BoundColumn.Bind(typeof(TDst), options.OutputSchemaDefinition, SchemaDefinition.Direction.Write), options.IgnoreMissingColumns);
        _outputRow = mapper.GetRow(InputRow, outputs.Select(pair => pair.Column).ToArray());
        Setters = [.. outputs.Select(pair => pair.Member.CreateSetter<TDst>(_outputRow, pair.Column, reuse: true))];
        _ownedTransformer = options.OwnsTransformer ? transformer : null;
    }

    /// <summary>Gets the columns that the transformer makes.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Predicts into a new object.</summary>
    public TDst Predict(TSrc example)
    {
        var result = new TDst();
        Predict(example, ref result);
        return result;
    }

    /// <summary>Predicts into an object of the caller, whose arrays may be used again.</summary>
    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _outputRow.Dispose();
        (_ownedTransformer as IDisposable)?.Dispose();
    }

    private protected void CheckNotDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
