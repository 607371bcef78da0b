namespace Microsoft.ML.Data;

/// <summary>States the size of a member that is a vector.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false)]
public sealed class VectorTypeAttribute : Attribute
{
    /// <summary>The size varies from row to row.</summary>
    public VectorTypeAttribute()
        : this(0)
    {
    }

    public VectorTypeAttribute(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Dimensions = [size];
    }

    public VectorTypeAttribute(params int[] dimensions)
    {
        if (dimensions.Any(dimension => dimension < 0))
            throw new ArgumentOutOfRangeException(nameof(dimensions), "Dimensions are not negative.");
        Dimensions = dimensions;
    }

    internal int[] Dimensions { get; }
}
