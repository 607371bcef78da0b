using System.Collections.Immutable;
using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers.Networks;

/// <summary>A named tensor of a network's weights with its gradient. The memory belongs to the network.</summary>
internal sealed unsafe class Parameter(string name, ImmutableArray<long> shape, float* weights, float* gradients)
{
    /// <summary>Makes a frozen parameter whose values are in BF16.</summary>
    public Parameter(string name, ImmutableArray<long> shape, ushort* halves)
        : this(name, shape, null, null) => Halves = halves;

    /// <summary>Gets the name in GGUF's scheme.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the dimensions, outermost first.</summary>
    public ImmutableArray<long> Shape { get; } = shape;

    /// <summary>Gets the number of values.</summary>
    public long Count { get; } = shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Gets the values, 64-byte aligned; null where they are in BF16.</summary>
    public float* Weights { get; } = weights;

    /// <summary>Gets the values in BF16, 64-byte aligned; null where they are in 32 bits.</summary>
    public ushort* Halves { get; }

    /// <summary>Gets whether the values are in BF16.</summary>
    public bool IsBFloat16 => Halves != null;

    /// <summary>Gets the values of a matrix as one.</summary>
    public Matrix Matrix => IsBFloat16 ? new(Halves, (int)Shape[0], (int)Shape[1]) : new(Weights, (int)Shape[0], (int)Shape[1]);

    /// <summary>Gets the values as a span.</summary>
    /// <exception cref="OverflowException">There are more than a span can hold.</exception>
    /// <exception cref="InvalidOperationException">They are in BF16.</exception>
    public Span<float> Values => IsBFloat16
        ? throw new InvalidOperationException($"'{Name}' is kept in BF16 and has no 32-bit values: copy them.")
        : new(Weights, checked((int)Count));

    /// <summary>Gets the gradient of the summed loss, 64-byte aligned; null where the weights are frozen.</summary>
    public float* Gradients { get; } = gradients;

    /// <summary>Gets whether training changes the weights.</summary>
    public bool IsTrainable => Gradients != null;

    /// <summary>Gets whether weight decay applies: to matrices, not to biases and norms.</summary>
    public bool Decays => Shape.Length >= 2;

    /// <summary>Sets one value, rounded to what it is kept in.</summary>
    public void Set(long index, float value)
    {
        if (IsBFloat16)
            BFloat16Rows.Round(&value, Halves + index, 1);
        else
            Weights[index] = value;
    }

    /// <summary>Takes a tensor's values, rounded to what they are kept in.</summary>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void CopyFrom(ModelTensor tensor)
    {
        if (FiniteWeights.Problem(tensor) is { } problem)
            throw new ArgumentException(problem, nameof(tensor));
        if (!IsBFloat16)
            tensor.CopyTo(Values);
        else
            tensor.ConvertTo(GgufTensorType.BF16).Data.Span.CopyTo(new Span<byte>(Halves, checked((int)Count * sizeof(ushort))));
    }

    /// <summary>Returns a copy of the values in 32 bits.</summary>
    public float[] ToSingles()
    {
        if (!IsBFloat16)
            return Values.ToArray();
        var values = new float[Count];
        fixed (float* target = values)
            BFloat16Rows.Widen(Halves, target, values.Length);
        return values;
    }
}
