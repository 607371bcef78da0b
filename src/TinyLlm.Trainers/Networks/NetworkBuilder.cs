using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Layers;

namespace TinyLlm.Trainers.Networks;

/// <summary>Lays a network's parts out in an arena: parameters under their GGUF names, layers over them, activations.</summary>
internal sealed unsafe class NetworkBuilder
{
    // Numbers that are packed in one piece: 12 MB, which leave room for the rest in a third-level cache.
    private const long PanelNumbers = 3 << 20;

    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly BatchShape _shape;
    private readonly WorkerPool _pool;
    private readonly Matrix _dropped;
    private CausalAttention? _attention;
    private RotaryPositions? _rotary;
    private KeptActivations? _kept;

    public NetworkBuilder(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options, BatchShape shape, Arena arena)
    {
        (Architecture, Options, Arena, _shape, _pool) = (architecture, options, arena, shape, pool);
        (AllRows, LossRows) = (new SelectedRows(pool), new SelectedRows(pool));
        var tensors = Tensors(architecture, options.Lora);
        var weights = tensors
            .Select(tensor => (nint)(IsRounded(tensor)
                ? arena.TakeBFloat16(Numbers(tensor.Shape))
                : (void*)arena.Take(Numbers(tensor.Shape))))
            .ToArray();
        var gradients = tensors.Select(tensor => IsTrainable(tensor.Name) ? (nint)arena.Take(Numbers(tensor.Shape)) : 0).ToArray();
        for (var i = 0; i < tensors.Length; i++)
        {
            var (name, dimensions) = tensors[i];
            _parameters.Add(name, IsRounded(tensors[i])
                ? new Parameter(name, dimensions, (ushort*)weights[i])
                : new Parameter(name, dimensions, (float*)weights[i], (float*)gradients[i]));
        }

        Parameters = [.. tensors.Select(tensor => _parameters[tensor.Name])];

        var largest = tensors.Where(tensor => tensor.Shape.Length == 2).Max(tensor => Numbers(tensor.Shape));
        var widest = Math.Max(architecture.FeedForwardLength, AttentionShape.Columns);
        var kernels = VectorKernels.Create(options.Width ?? VectorKernels.Widest);
        var needed = Math.Max(largest, (long)Rows * widest) + ((long)kernels.TileRegisters * kernels.Lanes * widest);
        Processor = new Processor(
            pool, kernels, arena, Math.Min(needed, PanelNumbers), Norm.ScratchNumbers(Rows, architecture.EmbeddingLength));
        if (options.Lora is { Dropout: > 0 })
            _dropped = arena.Take(Rows, Math.Max(architecture.FeedForwardLength, architecture.EmbeddingLength));
    }

    public ModelArchitecture Architecture { get; }

    public NetworkOptions Options { get; }

    public Arena Arena { get; }

    public Processor Processor { get; }

    public ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Gets the pairs of low rank that the layers made so far have.</summary>
    public List<LowRankPair> Pairs { get; } = [];

    /// <summary>Gets the tokens T of a row, at most.</summary>
    public int Tokens => Options.MaximumTokens ?? Architecture.ContextLength;

    /// <summary>Gets B·T, at most.</summary>
    public int Rows => Options.MaximumRows * Tokens;

    public AttentionShape AttentionShape => new(Architecture.HeadCount, Architecture.KeyValueHeadCount, Architecture.HeadSize);

    /// <summary>Gets whether each block has activations of its own, in 32 bits, until the backward pass.</summary>
    public bool KeepsActivations => !Options.RecomputeBlocks && !Options.EvaluateOnly && !RoundsActivations;

    public bool HasDropout => Options.Dropout > 0;

    /// <summary>Gets all rows of a batch.</summary>
    public SelectedRows AllRows { get; }

    /// <summary>Gets the rows of a batch that carry loss.</summary>
    public SelectedRows LossRows { get; }

    /// <summary>Gets the attention that all blocks share: it keeps nothing between its calls.</summary>
    public CausalAttention Attention => _attention ??= new CausalAttention(Processor, Arena, AttentionShape, Tokens, RoundsActivations);

    /// <summary>Gets the angles that all blocks share.</summary>
    public RotaryPositions Rotary =>
        _rotary ??= new RotaryPositions(Processor, Arena, Tokens, Architecture.HeadSize, Architecture.RopeBase);

    /// <summary>Returns the rows that a block goes on with behind its attention: nothing reads others of the last one.</summary>
    public SelectedRows RowsBehindAttention(int layer) => layer == Architecture.LayerCount - 1 ? LossRows : AllRows;

    public Parameter? Find(string name) => _parameters.GetValueOrDefault(name);

    public LayerNorm LayerNorm(string name) => new(Processor, Require(name + ".weight"), Require(name + ".bias"), Architecture.NormEpsilon);

    public RmsNorm RmsNorm(string name) => new(Processor, Require(name + ".weight"), Architecture.NormEpsilon);

    public Linear Linear(string name, SelectedRows? rows = null) =>
        new(Processor, Require(name + ".weight"), Find(name + ".bias"), Pair(name + ".weight", rows ?? AllRows));

    /// <summary>Takes memory for the rows of a batch.</summary>
    public Activation Take(int columns) => new(_shape, Arena.Take(Rows, columns));

    /// <summary>
    /// Makes what a block's activations are rounded to, or null where they are not. Blocks that are computed again are rounded all the
    /// same, in turn: that choice does not show in the result.
    /// </summary>
    public KeptActivations? Keep(Activation[] exact, Activation[] rounded)
    {
        if (!RoundsActivations)
            return null;
        var kept = _kept ?? new KeptActivations(_pool, Arena, _shape, exact, rounded);
        _kept = Options.RecomputeBlocks ? kept : null;
        return kept;
    }

    /// <summary>Takes memory that only training needs.</summary>
    public Activation TakeForGradients(int columns) => new(_shape, Options.EvaluateOnly ? default : Arena.Take(Rows, columns));

    private bool RoundsActivations => Options.Precision == TrainingPrecision.BFloat16 && !Options.EvaluateOnly;

    // Everything that the architecture has, then the pairs.
    private static (string Name, ImmutableArray<long> Shape)[] Tensors(ModelArchitecture architecture, LoraOptions? lora)
    {
        var tensors = architecture.GetTensorShapes();
        if (lora is null)
            return [.. tensors];
        var matrices = tensors.Where(tensor => tensor.Shape.Length == 2 && IsOf("blk.", tensor.Name)).ToArray();
        var targets = matrices.Where(tensor => lora.IsTarget(tensor.Name)).ToArray();
        if (targets.Length == 0)
        {
            var names = matrices.Select(tensor => tensor.Name).Where(name => IsOf("blk.0.", name));
            throw new ArgumentException(
                $"No matrix of the blocks matches {nameof(LoraOptions)}.{nameof(LoraOptions.Targets)} ({string.Join(", ", lora.Targets)}). "
                + $"The first block has: {string.Join(", ", names)}.");
        }

        return
        [
            .. tensors,
            .. targets.SelectMany(tensor => new (string, ImmutableArray<long>)[]
            {
                (tensor.Name + LoraNames.A, [lora.Rank, tensor.Shape[1]]),                              // [r, in]
                (tensor.Name + LoraNames.B, [tensor.Shape[0], lora.Rank]),                              // [out, r]
            }),
        ];
    }

    private static bool IsOf(string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal);

    private static long Numbers(ImmutableArray<long> shape) => shape.Aggregate(1L, (product, dimension) => product * dimension);

    private bool IsTrainable(string name) =>
        !Options.EvaluateOnly
        && (Options.Lora is not { } lora || LoraNames.IsPart(name)
            || (lora.TrainBiases && IsOf("blk.", name) && name.EndsWith(".bias", StringComparison.Ordinal)));

    // Frozen matrices; frozen vectors are small, and their kernels read 32 bits.
    private bool IsRounded((string Name, ImmutableArray<long> Shape) tensor) =>
        Options.Precision == TrainingPrecision.BFloat16 && tensor.Shape.Length == 2 && !IsTrainable(tensor.Name);

    private Parameter Require(string name) =>
        Find(name) ?? throw new InvalidOperationException($"The architecture has no tensor '{name}'.");

    private LowRankPair? Pair(string name, SelectedRows rows)
    {
        if (Options.Lora is not { } lora || Find(name + LoraNames.A) is not { } a || Find(name + LoraNames.B) is not { } b)
            return null;
        const int FirstPlace = 1 << 20;                                 // after every place of the blocks
        var (scale, dropout) = ((float)(lora.Alpha / lora.Rank), (float)lora.Dropout);
        var pair = new LowRankPair(Processor, Arena, a, b, scale, Rows, dropout, _dropped, FirstPlace + Pairs.Count, rows);
        Pairs.Add(pair);
        return pair;
    }
}
