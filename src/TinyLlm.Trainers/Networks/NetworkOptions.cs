using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>What a network is made for; it decides the memory.</summary>
internal sealed record NetworkOptions
{
    /// <summary>Gets the most rows B of a batch. Default 4; at least 1.</summary>
    public int MaximumRows { get; init; } = 4;

    /// <summary>Gets the most tokens T of a row. Default: the model's context; at most that.</summary>
    public int? MaximumTokens { get; init; }

    /// <summary>Gets the share of activations that are dropped in training. Default 0; below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Gets whether only the blocks' inputs are kept and the rest is computed again in the backward pass: less memory, a third more time.
    /// Default false.
    /// </summary>
    public bool RecomputeBlocks { get; init; }

    /// <summary>Gets what frozen matrices and activations are kept in. Default 32 bits.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>Gets the low-rank adaptation, which freezes everything else; null trains everything. Default null.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>Gets whether the network is only evaluated: no gradients, and one block's activations. Default false.</summary>
    public bool EvaluateOnly { get; init; }

    /// <summary>Gets the registers to use. Default: the widest of the processor.</summary>
    public VectorWidth? Width { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate(int contextLength)
    {
        Lora?.Validate();
        var problems = new List<string>();
        if (MaximumRows < 1)
            problems.Add($"{nameof(MaximumRows)} is {MaximumRows}; at least 1 is expected");
        if (MaximumTokens is { } tokens && (tokens < 1 || tokens > contextLength))
            problems.Add($"{nameof(MaximumTokens)} is {tokens}; 1 to the model's context of {contextLength} is expected");
        if (!(Dropout >= 0 && Dropout < 1))
            problems.Add($"{nameof(Dropout)} is {Dropout}; a number from 0 up to and without 1 is expected");
        if (Width is { } width && width > VectorKernels.Widest)
            problems.Add($"{nameof(Width)} is {(int)width} bits; this processor has {(int)VectorKernels.Widest}");
        if (problems.Count > 0)
            throw new ArgumentException($"The {nameof(NetworkOptions)} are not valid: {string.Join("; ", problems)}.");
    }
}
