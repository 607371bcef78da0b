using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Finds columns before and after fitting, and says what is wrong where one is missing or of another type.</summary>
internal static class SchemaChecks
{
    /// <summary>Returns the column of a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it is of another type.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name, DataViewType type, string stage)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, stage, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        return column.Type.Equals(type) ? column : throw WrongType(name, stage, type.ToString(), column.Type.ToString());
    }

    /// <summary>Returns the scalar column of a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or it is of another type.</exception>
    public static SchemaShape.Column Require(this SchemaShape shape, string name, DataViewType type, string stage)
    {
        if (shape.Find(name) is not { } column)
            throw Missing(name, stage, shape.Select(c => c.Name));
        return column.Kind == SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType.Equals(type)
            ? column
            : throw WrongType(name, stage, type.ToString(), column.Describe());
    }

    /// <summary>Returns the column of a shape, of whatever type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static SchemaShape.Column Require(this SchemaShape shape, string name, string stage) =>
        shape.Find(name) ?? throw Missing(name, stage, shape.Select(c => c.Name));

    /// <summary>Returns the column of a schema, of whatever type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static DataViewSchema.Column Require(this DataViewSchema schema, string name, string stage) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, stage, schema.Where(c => !c.IsHidden).Select(c => c.Name));

    /// <summary>Returns the column of a shape; null where there is none.</summary>
    public static SchemaShape.Column? Find(this SchemaShape shape, string name) =>
        shape.Where(column => column.Name == name).Select(column => (SchemaShape.Column?)column).FirstOrDefault();

    /// <summary>Returns a column's type as ML.NET writes it, such as <c>Vector&lt;Single&gt;</c> or <c>Key&lt;UInt32&gt;</c>.</summary>
    public static string Describe(this SchemaShape.Column column)
    {
        var item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString();
        return column.Kind switch
        {
            SchemaShape.Column.VectorKind.Scalar => item!,
            SchemaShape.Column.VectorKind.Vector => $"Vector<{item}>",
            _ => $"VarVector<{item}>",
        };
    }

    /// <summary>Returns the shape with columns added, in place of those of the same names.</summary>
    public static SchemaShape With(this SchemaShape shape, params SchemaShape.Column[] added) =>
        new(shape.Where(column => added.All(other => other.Name != column.Name)).Concat(added));

    public static ArgumentOutOfRangeException Missing(string name, string stage, IEnumerable<string> columns) =>
        new("inputSchema", $"{stage} needs the column '{name}', which is missing. The schema has: {string.Join(", ", columns)}.");

    public static ArgumentOutOfRangeException WrongType(string name, string stage, string? expected, string? found) =>
        new("inputSchema", $"{stage} needs column '{name}' of type {expected}, and it is of type {found}.");
}
