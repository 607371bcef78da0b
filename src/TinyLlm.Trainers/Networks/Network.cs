using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>A network that can be trained: parameters, and the loss of a batch with its gradient.</summary>
internal abstract class Network : IDisposable
{
    /// <summary>Makes a network with random weights, as GPT-2 begins: N(0, 0.02), less where a residual ends, no bias.</summary>
    /// <exception cref="ArgumentException">The sizes or the options are not valid.</exception>
    /// <exception cref="OutOfMemoryException">The network does not fit the memory; the message says how much it needs.</exception>
    public static Transformer Create(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options, int seed)
    {
        var network = Build(architecture, pool, options);
        RandomWeights.Fill(network, pool, (ulong)seed);
        return network;
    }

    /// <summary>Makes a network with a model's weights, which are decoded straight into its memory.</summary>
    /// <param name="model">The model, in any type that can be decoded; it is not needed afterwards.</param>
    /// <param name="pool">The workers; the caller keeps them.</param>
    /// <param name="options">What the network is for.</param>
    /// <param name="seed">The seed of what the model does not hold: the update of a low-rank adaptation.</param>
    public static Transformer Load(LanguageModel model, WorkerPool pool, NetworkOptions options, int seed = 0)
    {
        var network = Build(model.Architecture, pool, options);
        foreach (var tensor in model.Tensors)
            network.Find(tensor.Name).CopyFrom(tensor);
        RandomWeights.FillPairs(network, (ulong)seed);
        return network;
    }

    /// <summary>Gets the parameters, trainable and frozen, in the order in which they are saved.</summary>
    public abstract ImmutableArray<Parameter> Parameters { get; }

    /// <summary>Adds the gradient of the batch's summed loss to <see cref="Parameter.Gradients"/> and returns that loss.</summary>
    /// <param name="batch">At most as many rows and tokens as the network was made for.</param>
    /// <param name="dropoutSeed">The seed of this batch's dropout masks.</param>
    public abstract LossSum Backpropagate(TokenBatch batch, ulong dropoutSeed = 0);

    /// <summary>Returns the batch's loss without dropout and without gradients.</summary>
    public abstract LossSum Evaluate(TokenBatch batch);

    /// <summary>Returns how many floating-point operations a training step takes; 0 where that is not known.</summary>
    /// <param name="positions">The positions of all rows.</param>
    /// <param name="length">T.</param>
    /// <param name="targets">The positions that carry loss.</param>
    public virtual double CountOperations(long positions, int length, long targets) => 0;

    /// <summary>Sets all gradients to zero.</summary>
    public abstract void ZeroGradients();

    /// <inheritdoc/>
    public abstract void Dispose();

    private static Transformer Build(ModelArchitecture architecture, WorkerPool pool, NetworkOptions options)
    {
        Transformer network = architecture.Kind == ModelKind.Gpt2
            ? new Gpt2(architecture, pool, options)
            : new Llama(architecture, pool, options);
        network.Build();
        return network;
    }
}
