namespace Microsoft.ML.Data;

/// <summary>Marks a property of a user's class as a column of a custom <see cref="DataViewType"/>.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>Registers the type with <c>DataViewTypeManager</c>.</summary>
    public abstract void Register();

    /// <inheritdoc/>
    public abstract bool Equals(DataViewTypeAttribute other);
}
