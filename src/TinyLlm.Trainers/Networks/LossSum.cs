namespace TinyLlm.Trainers.Networks;

/// <summary>The loss of a batch as a sum, so that batches of unlike size can be added.</summary>
/// <param name="Nats">The summed negative log-likelihood, in nats.</param>
/// <param name="Count">The positions that carried loss.</param>
internal readonly record struct LossSum(double Nats, long Count)
{
    /// <summary>Gets the loss in nats per token.</summary>
    public double Mean => Count == 0 ? 0 : Nats / Count;

    public static LossSum operator +(LossSum left, LossSum right) => new(left.Nats + right.Nats, left.Count + right.Count);
}
