namespace Microsoft.ML.Data;

/// <summary>A point in time without an offset.</summary>
public sealed class DateTimeDataViewType : PrimitiveDataViewType
{
    private DateTimeDataViewType()
        : base(typeof(DateTime))
    {
    }

    public static DateTimeDataViewType Instance { get; } = new();

    public override bool Equals(DataViewType other) => ReferenceEquals(this, other);

    public override string ToString() => "DateTime";
}
