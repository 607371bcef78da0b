namespace Microsoft.ML.Data;

/// <summary>Knows which column types other libraries have for their .NET types.</summary>
public static class DataViewTypeManager
{
    private static readonly Lock Gate = new();
    private static readonly List<(DataViewType Column, Type Type, DataViewTypeAttribute[] Attributes)> Registered = [];

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null) =>
        RegisterAll(dataViewType, type, typeAttribute is null ? [] : [typeAttribute]);

    public static void Register(DataViewType dataViewType, Type type, IEnumerable<Attribute> typeAttributes) =>
        RegisterAll(dataViewType, type, [.. (typeAttributes ?? []).OfType<DataViewTypeAttribute>()]);

    internal static DataViewType TypeOrNull(Type type, DataViewTypeAttribute[] attributes)
    {
        lock (Gate)
            return Registered.FirstOrDefault(entry => entry.Type == type && Same(entry.Attributes, attributes)).Column;
    }

    private static void RegisterAll(DataViewType column, Type type, DataViewTypeAttribute[] attributes)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(type);
        lock (Gate)
        {
            var known = Registered.FirstOrDefault(entry => entry.Type == type && Same(entry.Attributes, attributes));
            if (known.Column is not null && !known.Column.Equals(column))
                throw new InvalidOperationException($"{type} is already associated with {known.Column}, and cannot be with {column}.");
            var taken = Registered.FirstOrDefault(entry => entry.Column.Equals(column));
            if (taken.Column is not null && (taken.Type != type || !Same(taken.Attributes, attributes)))
                throw new InvalidOperationException($"{column} is already associated with {taken.Type}, and cannot be with {type}.");
            if (known.Column is null)
                Registered.Add((column, type, attributes));
        }
    }

    private static bool Same(DataViewTypeAttribute[] left, DataViewTypeAttribute[] right) =>
        left.Length == right.Length && left.All(attribute => right.Any(attribute.Equals));
}
