namespace Microsoft.ML.Data;

/// <summary>The type of a column: what values mean, and the .NET type that holds them.</summary>
public abstract class DataViewType : IEquatable<DataViewType>
{
    private protected DataViewType(Type rawType)
    {
        ArgumentNullException.ThrowIfNull(rawType);
        RawType = rawType;
    }

    /// <summary>Gets the .NET type of the values that getters deliver.</summary>
    public Type RawType { get; }

    /// <inheritdoc/>
    public abstract bool Equals(DataViewType other);
}
