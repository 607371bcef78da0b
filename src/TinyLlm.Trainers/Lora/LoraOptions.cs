using System.Collections.Immutable;
using System.IO.Enumeration;

namespace TinyLlm.Trainers;

/// <summary>Settings for low-rank adaptation (LoRA, <see href="https://arxiv.org/abs/2106.09685"/>).</summary>
public sealed record LoraOptions
{
    /// <summary>Gets the rank r of the update. Default 8; from 1 to 512.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Gets α; the update is scaled by α/r. Default 16; positive.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Gets the share of the adapted matrices' inputs that is dropped in training. Default 0; below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Gets which matrices of the blocks are adapted, by GGUF names in which <c>*</c> stands for anything. Default: all.</summary>
    public ImmutableArray<string> Targets { get; init; } = ["blk.*.weight"];

    /// <summary>
    /// Gets whether the biases of the blocks are trained too. Such an update can be merged but not saved as an adapter. Default false.
    /// </summary>
    public bool TrainBiases { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (Rank is < 1 or > 512)
            problems.Add($"{nameof(Rank)} is {Rank}; 1 to 512 is expected");
        if (!(Alpha > 0) || !double.IsFinite(Alpha))
            problems.Add($"{nameof(Alpha)} is {Alpha}; a positive number is expected");
        if (!(Dropout >= 0 && Dropout < 1))
            problems.Add($"{nameof(Dropout)} is {Dropout}; a number from 0 up to and without 1 is expected");
        if (Targets.IsDefaultOrEmpty || Targets.Any(string.IsNullOrEmpty))
            problems.Add($"{nameof(Targets)} is empty or has an empty name; at least one name such as 'blk.*.attn_*.weight' is expected");
        if (problems.Count > 0)
            throw new ArgumentException($"The {nameof(LoraOptions)} are not valid: {string.Join("; ", problems)}.");
    }

    /// <summary>Returns whether a matrix of the blocks is adapted.</summary>
    internal bool IsTarget(string name) => Targets.Any(target => FileSystemName.MatchesSimpleExpression(target, name, ignoreCase: false));
}
