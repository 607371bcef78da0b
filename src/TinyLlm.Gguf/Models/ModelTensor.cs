using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>A named tensor: type, shape and bytes. It does not change.</summary>
public sealed class ModelTensor
{
    /// <summary>Wraps the bytes of a tensor; they are used where they are, and must not change afterwards.</summary>
    /// <param name="name">The name in GGUF's scheme, such as <c>blk.0.ffn_up.weight</c>.</param>
    /// <param name="type">How the values are stored.</param>
    /// <param name="shape">The dimensions, outermost first.</param>
    /// <param name="data">The bytes, row-major, little-endian.</param>
    /// <exception cref="ArgumentException">The bytes are not as many as type and shape ask for.</exception>
    public ModelTensor(string name, GgufTensorType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (shape.IsDefaultOrEmpty || shape.Any(dimension => dimension < 1))
            throw new ArgumentException($"The shape of '{name}' must be one dimension or more, each at least 1.", nameof(shape));
        if (shape[^1] % type.BlockSize() != 0)
            throw new ArgumentException(
                $"The rows of '{name}' have {shape[^1]} values, and {type} stores blocks of {type.BlockSize()}.", nameof(shape));
        var count = shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
        if (type.ByteCount(count) != data.Length)
        {
            throw new ArgumentException(
                $"'{name}' {type} [{string.Join(", ", shape)}] takes {type.ByteCount(count):N0} bytes, and {data.Length:N0} were given.",
                nameof(data));
        }

        (Name, Type, Shape, Data, ElementCount) = (name, type, shape, data, count);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how values are stored.</summary>
    public GgufTensorType Type { get; }

    /// <summary>Gets the dimensions, outermost first; a weight is <c>[out, in]</c>.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>Gets the number of values.</summary>
    public long ElementCount { get; }

    /// <summary>Gets the bytes, row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Wraps F32 values without copying them.</summary>
    public static ModelTensor FromSingles(string name, ImmutableArray<long> shape, Memory<float> values) =>
        new(name, GgufTensorType.F32, shape, new SingleBytes(values).Memory);

    /// <summary>Returns the values as 32-bit numbers in a new array.</summary>
    /// <exception cref="NotSupportedException">There is no decoder for <see cref="Type"/>.</exception>
    public float[] ToSingles()
    {
        var values = new float[ElementCount];
        CopyTo(values);
        return values;
    }

    /// <summary>Decodes the values into <paramref name="destination"/>, which holds <see cref="ElementCount"/> numbers.</summary>
    /// <exception cref="NotSupportedException">There is no decoder for <see cref="Type"/>.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length != ElementCount)
            throw new ArgumentException(
                $"'{Name}' has {ElementCount} values, and the destination {destination.Length}.", nameof(destination));
        TensorCodec.Dequantize(Type, Data.Span, destination);
    }

    /// <summary>Returns the values in another type; the tensor itself where it already has that type.</summary>
    /// <exception cref="ArgumentException">A value is not finite, or is beyond what <paramref name="type"/> holds.</exception>
    /// <exception cref="NotSupportedException">There is no codec for one of the types.</exception>
    public ModelTensor ConvertTo(GgufTensorType type)
    {
        if (type == Type)
            return this;
        var values = Type == GgufTensorType.F32 ? null : ToSingles();
        var singles = values ?? MemoryMarshal.Cast<byte, float>(Data.Span);
        if (FiniteWeights.IndexOf(singles) is >= 0 and var wrong)
        {
            throw new ArgumentException(
                $"'{Name}' {Type} holds {Number(singles[wrong])} at {wrong:N0}, which is no number to convert to {type}.", nameof(type));
        }

        if (type == GgufTensorType.F32)
            return FromSingles(Name, Shape, values);
        var converted = new ModelTensor(Name, type, Shape, TensorCodec.Quantize(type, singles, (int)Shape[^1]));
        if (FiniteWeights.IndexOf(converted) is >= 0 and var beyond)
        {
            // In a block one large value takes the others along.
            var block = singles.Slice(beyond / type.BlockSize() * type.BlockSize(), type.BlockSize());
            throw new ArgumentException(
                $"'{Name}' holds {Number(block.ToArray().MaxBy(Math.Abs))} near {beyond:N0}, which is beyond what {type} holds: "
                + $"keep the tensor in {nameof(GgufTensorType.F32)} or {nameof(GgufTensorType.BF16)}.", nameof(type));
        }

        return converted;

        static string Number(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Type} [{string.Join(", ", Shape)}]";
}
