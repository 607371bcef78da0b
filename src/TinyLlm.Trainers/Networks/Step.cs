using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>One pass over a batch: the tokens, and what is dropped.</summary>
/// <param name="Batch">The tokens.</param>
/// <param name="Rate">The share that is dropped; 0 when evaluating.</param>
/// <param name="Seed">The seed of the masks.</param>
internal readonly record struct Step(TokenBatch Batch, float Rate, ulong Seed)
{
    /// <summary>The places of dropout in a block.</summary>
    private const int PlacesPerBlock = 3;

    public Dropout Embedding => Rate > 0 ? Dropout.At(Rate, Seed, 0) : Dropout.None;

    public Dropout AttentionWeights(int layer) => At(layer, 0);

    public Dropout AttentionOutput(int layer) => At(layer, 1);

    public Dropout FeedForward(int layer) => At(layer, 2);

    private Dropout At(int layer, int place) => Rate > 0 ? Dropout.At(Rate, Seed, 1 + (layer * PlacesPerBlock) + place) : Dropout.None;
}
