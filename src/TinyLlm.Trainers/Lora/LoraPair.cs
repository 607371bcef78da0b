using TinyLlm.Gguf;

namespace TinyLlm.Trainers;

/// <summary>The update of one matrix as a file holds it: s·B·A.</summary>
/// <param name="Name">The matrix's name in GGUF.</param>
/// <param name="A">A. [r, in]</param>
/// <param name="B">B. [out, r]</param>
/// <param name="Scale">s.</param>
internal sealed record LoraPair(string Name, ModelTensor A, ModelTensor B, double Scale)
{
    private int Rank => (int)A.Shape[0];

    /// <summary>
    /// Gives all pairs one rank and one scale: thinner ones get rows and columns of zeros, and B takes the rest of another scale.
    /// </summary>
    /// <exception cref="FormatException">There is no pair, or the parts of one do not fit each other.</exception>
    public static (LoraOptions Options, IEnumerable<ModelTensor> Tensors) Unify(IReadOnlyCollection<LoraPair> pairs, double dropout = 0)
    {
        foreach (var pair in pairs)
            pair.Check();
        var widest = pairs.MaxBy(pair => pair.Rank) ?? throw new FormatException("The adapter has no pairs.");
        var (rank, scale) = (widest.Rank, widest.Scale);
        var options = new LoraOptions
        {
            Rank = rank,
            Alpha = (float)(scale * rank),
            Dropout = dropout,
            Targets = [.. pairs.Select(pair => pair.Name)],
        };
        return (options, [.. pairs.SelectMany(pair => pair.With(rank, (float)(pair.Scale / scale)))]);
    }

    private void Check()
    {
        if (A.Shape.Length != 2 || B.Shape.Length != 2 || A.Shape[0] != B.Shape[1])
            throw new FormatException($"{A} and {B} are no pair of one rank; [r, in] and [out, r] are expected.");
        if ((FiniteWeights.Problem(A) ?? FiniteWeights.Problem(B)) is { } problem)
            throw new FormatException(problem);
        if (!double.IsFinite(Scale) || Scale <= 0)
            throw new FormatException($"The update of '{Name}' has the scale {Scale}; a positive number is expected.");
    }

    private IEnumerable<ModelTensor> With(int rank, float factor)
    {
        var (inputs, outputs) = ((int)A.Shape[1], (int)B.Shape[0]);
        var (a, b, thin) = (new float[rank * inputs], new float[outputs * rank], B.ToSingles());
        A.CopyTo(a.AsSpan(0, Rank * inputs));
        for (var row = 0; row < outputs; row++)
        {
            for (var i = 0; i < Rank; i++)
                b[(row * rank) + i] = factor * thin[(row * Rank) + i];
        }

        yield return ModelTensor.FromSingles(Name + LoraNames.A, [rank, inputs], a);                    // [r, in]
        yield return ModelTensor.FromSingles(Name + LoraNames.B, [outputs, rank], b);                   // [out, r]
    }
}
