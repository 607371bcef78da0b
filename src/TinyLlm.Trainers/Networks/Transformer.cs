using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Layers;

namespace TinyLlm.Trainers.Networks;

/// <summary>A decoder: embedding, blocks, final norm and head. What differs between architectures is in the blocks.</summary>
internal abstract unsafe class Transformer : Network
{
    private readonly BatchShape _shape = new();
    private readonly WorkerPool _pool;
    private readonly int[] _selected, _targets;
    private Arena? _arena;
    private TokenEmbedding _embedding = null!;
    private TransformerBlock[] _blocks = [];
    private Norm _finalNorm = null!;
    private LossHead _head = null!;
    private DropoutRows _dropout = null!;
    private ImmutableArray<LowRankPair> _pairs;
    private Activation[] _residuals = [];
    private Matrix _chosen, _chosenStatistics, _normed, _dNormed;
    private Activation _dResidual;
    private ClearItems _clear = null!;
    private int _lowestTrained;
    private double _everywhere, _atTargets;

    protected Transformer(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options)
    {
        architecture.Validate();
        options.Validate(architecture.ContextLength);
        (Architecture, Options, _pool) = (architecture, options, pool);
        var rows = options.MaximumRows * (options.MaximumTokens ?? architecture.ContextLength);
        (_selected, _targets) = (new int[rows], new int[rows]);
    }

    /// <summary>Gets the sizes.</summary>
    public ModelArchitecture Architecture { get; }

    /// <summary>Gets what the network was made for.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Gets the bytes that the network holds: weights, gradients, activations and scratch.</summary>
    public long ByteCount => _arena?.ByteCount ?? 0;

    /// <summary>Gets what the network computes with.</summary>
    public Processor Processor { get; private set; } = null!;

    /// <inheritdoc/>
    public override ImmutableArray<Parameter> Parameters => Builder.Parameters;

    private NetworkBuilder Builder { get; set; } = null!;

    /// <inheritdoc/>
    public override LossSum Backpropagate(TokenBatch batch, ulong dropoutSeed = 0)
    {
        if (Options.EvaluateOnly)
            throw new InvalidOperationException("The network was made for evaluation only and has no gradients.");
        var step = new Step(batch, (float)Options.Dropout, dropoutSeed);
        var count = Begin(batch);
        if (count == 0)
            return default;
        SetPairSeeds(dropoutSeed);
        Forward(step, count);
        var loss = Loss(count, _dNormed.RowRange(0, count));
        Backward(step, count);
        return new LossSum(loss, count);
    }

    /// <inheritdoc/>
    public override LossSum Evaluate(TokenBatch batch)
    {
        var count = Begin(batch);
        if (count == 0)
            return default;
        SetPairSeeds(null);
        Forward(new Step(batch, Rate: 0, Seed: 0), count);
        return new LossSum(Loss(count, default), count);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Six for each weight of a product and position, four where the weight is frozen, at targets only in the head and behind the last
    /// attention; attention over half of the positions. What is computed twice counts once.
    /// </remarks>
    public override double CountOperations(long positions, int length, long targets)
    {
        var attention = 6.0 * length * Architecture.EmbeddingLength * Architecture.LayerCount;
        return (positions * (_everywhere + attention)) + (targets * _atTargets);
    }

    /// <inheritdoc/>
    public override void ZeroGradients() => _clear.Run();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _arena?.Dispose();
        _arena = null;
    }

    /// <summary>Returns a parameter by its GGUF name.</summary>
    /// <exception cref="KeyNotFoundException">The network has no such parameter.</exception>
    public Parameter Find(string name) => Builder.Find(name) ?? throw new KeyNotFoundException($"The network has no parameter '{name}'.");

    /// <summary>
    /// Returns the model's tensors, updates of low rank merged, over the network's own memory: valid until it trains on or is disposed.
    /// </summary>
    public IEnumerable<ModelTensor> ToTensors()
    {
        foreach (var (name, shape) in Architecture.GetTensorShapes())
        {
            var weights = Find(name);
            yield return ModelTensor.FromSingles(
                name,
                shape,
                Builder.Find(name + LoraNames.A) is { } a && Builder.Find(name + LoraNames.B) is { } b
                    ? LowRankUpdate.Merge(weights.ToSingles(), a.Values, b.Values, Options.Lora!)
                    : weights.IsBFloat16 ? weights.ToSingles() : new NativeSingles(weights).Memory);
        }
    }

    /// <summary>Returns the model as it is now, updates of low rank merged.</summary>
    /// <param name="vocabulary">The tokens, as many as the network has.</param>
    /// <param name="metadata">Further metadata.</param>
    public LanguageModel ToModel(ModelVocabulary vocabulary, GgufMetadata? metadata = null) => new(
        Architecture,
        vocabulary,
        ToTensors().Select(tensor => ModelTensor.FromSingles(tensor.Name, tensor.Shape, tensor.ToSingles())),
        metadata);

    /// <summary>Lays the network out. Called once, by who made it.</summary>
    public void Build()
    {
        _arena = Arena.Create(
            $"A {Architecture.Name} network of {Architecture.ParameterCount:N0} parameters "
            + $"for {Options.MaximumRows} rows of {Options.MaximumTokens ?? Architecture.ContextLength} tokens",
            LayOut);
        _lowestTrained = LowestTrained();
        (_everywhere, _atTargets) = OperationsOfProducts();
    }

    protected abstract TransformerBlock[] CreateBlocks(NetworkBuilder builder);

    protected abstract Norm CreateFinalNorm(NetworkBuilder builder);

    private void LayOut(Arena arena)
    {
        var builder = new NetworkBuilder(Architecture, _pool, Options, _shape, arena);
        (Builder, Processor) = (builder, builder.Processor);
        var width = Architecture.EmbeddingLength;
        var tokens = builder.Find("token_embd.weight")!;
        _embedding = new TokenEmbedding(Processor, tokens, builder.Find("position_embd.weight"));
        // What each block reads. Without a backward pass two matrices take turns.
        var count = Options.EvaluateOnly ? 2 : Architecture.LayerCount;
        Activation[] memory = [.. Enumerable.Range(0, count).Select(_ => builder.Take(width))];
        _residuals = [.. Enumerable.Range(0, Architecture.LayerCount).Select(layer => memory[layer % memory.Length])];
        _blocks = CreateBlocks(builder);
        _finalNorm = CreateFinalNorm(builder);
        _head = new LossHead(Processor, arena, builder.Find("output.weight") ?? tokens, builder.Rows);
        _dropout = new DropoutRows(Processor);
        (_chosen, _normed) = (arena.Take(builder.Rows, width), arena.Take(builder.Rows, width));
        _chosenStatistics = arena.Take(builder.Rows, _finalNorm.Statistics);
        _dNormed = Options.EvaluateOnly ? default : arena.Take(builder.Rows, width);
        _dResidual = builder.TakeForGradients(width);
        _pairs = [.. builder.Pairs];
        _clear = new ClearItems(_pool, builder.Parameters);
    }

    // The embedding is below the first block. Whatever is trained there or in a block needs the gradient of all that follows.
    private int LowestTrained()
    {
        for (var layer = 0; layer < _blocks.Length; layer++)
        {
            if (Parameters.Any(parameter => parameter.IsTrainable && !parameter.Name.StartsWith("blk.", StringComparison.Ordinal)))
                return -1;
            if (Parameters.Any(parameter => parameter.IsTrainable && parameter.Name.StartsWith($"blk.{layer}.", StringComparison.Ordinal)))
                return layer;
        }

        return _blocks.Length;
    }

    // For each position, and for each target.
    private (double Everywhere, double AtTargets) OperationsOfProducts()
    {
        var (output, feedForward) = ($"blk.{Architecture.LayerCount - 1}.attn_output", $"blk.{Architecture.LayerCount - 1}.ffn_");
        var matrices = Parameters
            .Where(parameter => parameter.Shape.Length == 2 && parameter.Name.StartsWith("blk.", StringComparison.Ordinal))
            .ToLookup(parameter => parameter.Name.StartsWith(output, StringComparison.Ordinal)
                || parameter.Name.StartsWith(feedForward, StringComparison.Ordinal));
        var head = Builder.Find(TensorLayout.Output) ?? Find(TensorLayout.TokenEmbedding);
        return (matrices[false].Sum(Operations), matrices[true].Sum(Operations) + Operations(head));

        static double Operations(Parameter parameter) => (parameter.IsTrainable ? 6.0 : 4.0) * parameter.Count;
    }

    private int Begin(TokenBatch batch)
    {
        ObjectDisposedException.ThrowIf(_arena is null, this);
        BatchChecks.Throw(batch, Architecture, Options);
        _shape.Rows = batch.Rows * batch.Length;
        var count = 0;
        for (var row = 0; row < _shape.Rows; row++)
        {
            if (batch.Targets[row] == TokenBatch.NoTarget)
                continue;
            (_selected[count], _targets[count]) = (row, batch.Targets[row]);
            count++;
        }

        Builder.AllRows.Set([], _shape.Rows, _shape.Rows);
        Builder.LossRows.Set(_selected, count, _shape.Rows);
        return count;
    }

    private void SetPairSeeds(ulong? seed)
    {
        foreach (var pair in _pairs)
            pair.SetSeed(seed);
    }

    private void Forward(in Step step, int count)
    {
        _embedding.Forward(step.Batch, _residuals[0], step.Embedding);                              // [R, C]
        for (var layer = 0; layer < _blocks.Length; layer++)
            _blocks[layer].Forward(step, _residuals[layer], Output(layer, count));                  // [R, C], the last [G, C]
    }

    // The last block, the final norm and the head end with the positions that carry loss.
    private Matrix Output(int layer, int count) => layer + 1 < _blocks.Length ? _residuals[layer + 1] : _chosen.RowRange(0, count);

    private double Loss(int count, Matrix dNormed)
    {
        var (chosen, normed) = (_chosen.RowRange(0, count), _normed.RowRange(0, count));
        _finalNorm.Forward(chosen, _chosenStatistics.RowRange(0, count), normed);                   // [G, C]
        return _head.Loss(normed, _targets, dNormed);
    }

    private void Backward(in Step step, int count)
    {
        Matrix dx = _dResidual;
        var (chosen, dOutput) = (_chosen.RowRange(0, count), Builder.LossRows.Before(dx, _normed.RowRange(0, count)));
        new Span<float>(dOutput.Data, count * dOutput.Columns).Clear();
        _finalNorm.Backward(chosen, _chosenStatistics.RowRange(0, count), _dNormed.RowRange(0, count), dOutput);    // [G, C]
        for (var layer = _blocks.Length - 1; layer >= Math.Max(0, _lowestTrained); layer--)
        {
            if (Options.RecomputeBlocks)
                _blocks[layer].Forward(step, _residuals[layer], Output(layer, count));
            _blocks[layer].Backward(step, _residuals[layer], dOutput, dx, needsInput: layer > _lowestTrained);      // [R, C]
            dOutput = dx;
        }

        if (_lowestTrained < 0)
            _embedding.Backward(step.Batch, _dropout.Apply(step.Embedding, dx, dx));
    }
}
