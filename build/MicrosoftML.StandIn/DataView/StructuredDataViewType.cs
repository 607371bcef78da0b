namespace Microsoft.ML.Data;

/// <summary>A type with structure: vectors, images, and types of other libraries.</summary>
public abstract class StructuredDataViewType : DataViewType
{
    protected StructuredDataViewType(Type rawType)
        : base(rawType)
    {
    }
}
