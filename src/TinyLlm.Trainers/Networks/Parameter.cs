using System.Collections.Immutable;

namespace TinyLlm.Trainers.Networks;

/// <summary>A named tensor of a network's weights with its gradient. The memory belongs to the network.</summary>
internal sealed unsafe class Parameter(string name, ImmutableArray<long> shape, float* weights, float* gradients)
{
    /// <summary>Gets the name in GGUF's scheme.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the dimensions, outermost first.</summary>
    public ImmutableArray<long> Shape { get; } = shape;

    /// <summary>Gets the number of values.</summary>
    public long Count { get; } = shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Gets the values, 64-byte aligned.</summary>
    public float* Weights { get; } = weights;

    /// <summary>Gets the values as a span.</summary>
    /// <exception cref="OverflowException">There are more than a span can hold.</exception>
    public Span<float> Values => new(Weights, checked((int)Count));

    /// <summary>Gets the gradient of the summed loss, 64-byte aligned; null where the weights are frozen.</summary>
    public float* Gradients { get; } = gradients;

    /// <summary>Gets whether training changes the weights.</summary>
    public bool IsTrainable => Gradients != null;

    /// <summary>Gets whether weight decay applies: to matrices, not to biases and norms.</summary>
    public bool Decays => Shape.Length >= 2;
}
