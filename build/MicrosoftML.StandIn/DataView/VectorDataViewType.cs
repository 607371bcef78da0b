using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>A vector of primitive values, of known or of varying length, held in a <see cref="VBuffer{T}"/>.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    /// <summary>Makes a vector of <paramref name="size"/> items; 0 means that the length varies from row to row.</summary>
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, ImmutableArray.Create(dimensions ?? throw new ArgumentNullException(nameof(dimensions))))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(RawTypeOf(itemType))
    {
        if (dimensions.IsDefaultOrEmpty || dimensions.Any(d => d < 0))
            throw new ArgumentOutOfRangeException(nameof(dimensions), "Dimensions are at least one number, none negative.");
        ItemType = itemType;
        Dimensions = dimensions;
        Size = dimensions.Aggregate(1, (product, d) => checked(product * d));
    }

    /// <summary>Gets the dimensions, outermost first; 0 stands for an unknown one.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>Gets the type of the items.</summary>
    public PrimitiveDataViewType ItemType { get; }

    /// <summary>Gets the number of items, 0 where it varies.</summary>
    public int Size { get; }

    /// <summary>Gets whether every row has the same number of items.</summary>
    public bool IsKnownSize => Size > 0;

    public override bool Equals(DataViewType other) =>
        other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.SequenceEqual(Dimensions);

    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(ItemType);
        foreach (var dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    public override string ToString() =>
        Dimensions is [0] ? $"VarVector<{ItemType}>" : $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d == 0 ? "*" : d.ToString()))}>";

    private static Type RawTypeOf(PrimitiveDataViewType itemType)
    {
        ArgumentNullException.ThrowIfNull(itemType);
        return typeof(VBuffer<>).MakeGenericType(itemType.RawType);
    }
}
