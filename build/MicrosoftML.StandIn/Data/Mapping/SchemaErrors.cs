namespace Microsoft.ML.Data;

/// <summary>The errors of a column that is missing or of another type.</summary>
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException Missing(string argument, string role, string column) =>
        new(argument, $"Could not find {role} column '{column}'");

    public static ArgumentOutOfRangeException Mismatch(string argument, string role, string column, string expected, string actual) =>
        new(argument, $"Schema mismatch for {role} column '{column}': expected {expected}, got {actual}");

    /// <summary>Finds an input column of a shape.</summary>
    public static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.TryFindColumn(name, out var column) ? column : throw Missing("inputSchema", "input", name);
    }

    /// <summary>Finds an input column of a schema.</summary>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing("inputSchema", "input", name);
}
