using System.Collections.Immutable;

namespace TinyLlm.Trainers.Networks;

/// <summary>A network that can be trained: parameters, and the loss of a batch with its gradient.</summary>
internal abstract class Network : IDisposable
{
    /// <summary>Gets the parameters, trainable and frozen, in the order in which they are saved.</summary>
    public abstract ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Adds the gradient of the batch's summed loss to <see cref="Parameter.Gradients"/> and returns that loss.</summary>
    /// <param name="batch">At most as many rows and tokens as the network was made for.</param>
    /// <param name="dropoutSeed">The seed of this batch's dropout masks.</param>
    public abstract LossSum Backpropagate(TokenBatch batch, ulong dropoutSeed = 0);

    /// <summary>Returns the batch's loss without dropout and without gradients.</summary>
    public abstract LossSum Evaluate(TokenBatch batch);

    /// <summary>Sets all gradients to zero.</summary>
    public abstract void ZeroGradients();

    /// <inheritdoc/>
    public abstract void Dispose();
}
