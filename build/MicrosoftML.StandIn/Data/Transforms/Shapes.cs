namespace Microsoft.ML.Data;

/// <summary>Helps estimators to promise columns.</summary>
internal static class Shapes
{
    /// <summary>Returns the shape with columns added, or replaced where the names are the same.</summary>
    public static SchemaShape With(SchemaShape input, IEnumerable<SchemaShape.Column> columns)
    {
        var added = columns.ToArray();
        return new SchemaShape([.. input.Where(column => added.All(a => a.Name != column.Name)), .. added]);
    }

    public static SchemaShape.Column SlotNames { get; } =
        new(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);

    public static SchemaShape.Column IsNormalized { get; } =
        new(AnnotationKinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);

    public static bool Has(SchemaShape.Column column, SchemaShape.Column annotation) =>
        column.Annotations.TryFindColumn(annotation.Name, out var found) && annotation.IsCompatibleWith(found);

    /// <summary>Returns the annotations of a column whose kinds are among <paramref name="kinds"/>.</summary>
    public static IEnumerable<SchemaShape.Column> Keep(SchemaShape.Column column, params string[] kinds) =>
        column.Annotations.Where(annotation => kinds.Contains(annotation.Name));
}
