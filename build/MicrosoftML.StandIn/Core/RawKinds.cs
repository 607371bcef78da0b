using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The correspondence of .NET types, <see cref="DataKind"/> and simple column types.</summary>
internal static class RawKinds
{
    private static readonly (DataKind Kind, PrimitiveDataViewType Type)[] All =
    [
        (DataKind.SByte, NumberDataViewType.SByte),
        (DataKind.Byte, NumberDataViewType.Byte),
        (DataKind.Int16, NumberDataViewType.Int16),
        (DataKind.UInt16, NumberDataViewType.UInt16),
        (DataKind.Int32, NumberDataViewType.Int32),
        (DataKind.UInt32, NumberDataViewType.UInt32),
        (DataKind.Int64, NumberDataViewType.Int64),
        (DataKind.UInt64, NumberDataViewType.UInt64),
        (DataKind.Single, NumberDataViewType.Single),
        (DataKind.Double, NumberDataViewType.Double),
        (DataKind.String, TextDataViewType.Instance),
        (DataKind.Boolean, BooleanDataViewType.Instance),
        (DataKind.TimeSpan, TimeSpanDataViewType.Instance),
        (DataKind.DateTime, DateTimeDataViewType.Instance),
        (DataKind.DateTimeOffset, DateTimeOffsetDataViewType.Instance),
    ];

    public static PrimitiveDataViewType TypeOf(DataKind kind) =>
        All.FirstOrDefault(entry => entry.Kind == kind).Type ?? throw new ArgumentException($"There is no data kind {kind}.", nameof(kind));

    /// <summary>Returns the kind of a .NET type; strings and text memory are both text.</summary>
    public static bool TryGetKind(Type type, out DataKind kind)
    {
        type = type == typeof(string) ? typeof(ReadOnlyMemory<char>) : type;
        kind = All.FirstOrDefault(entry => entry.Type.RawType == type).Kind;
        return kind != 0;
    }

    /// <summary>Returns the simple column type that a .NET type holds, or <see langword="null"/>.</summary>
    public static PrimitiveDataViewType TypeOrNull(Type type) =>
        type == typeof(DataViewRowId) ? RowIdDataViewType.Instance : TryGetKind(type, out var kind) ? TypeOf(kind) : null;

    public static NumberDataViewType NumberOf(Type type) => (NumberDataViewType)TypeOrNull(type);
}
