namespace Microsoft.ML.Data;

/// <summary>A type whose values are copied by assignment and own nothing: only such types can be items of a vector.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    /// <exception cref="ArgumentException"><paramref name="rawType"/> is disposable.</exception>
    protected PrimitiveDataViewType(Type rawType)
        : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw new ArgumentException($"A primitive type cannot be disposable, but {rawType} is.", nameof(rawType));
    }
}
