namespace Microsoft.ML.Data;

/// <summary>The checks that every row makes before it gives a getter.</summary>
internal static class RowChecks
{
    /// <exception cref="ArgumentOutOfRangeException">The column is not of the schema.</exception>
    public static void CheckColumn(DataViewSchema schema, DataViewSchema.Column column)
    {
        if (column.Index >= schema.Count || schema[column.Index].Name != column.Name)
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' at {column.Index} does not belong to this schema.");
    }

    /// <exception cref="ArgumentOutOfRangeException">The column was not asked for.</exception>
    public static void CheckActive(DataViewSchema schema, DataViewSchema.Column column, bool isActive)
    {
        CheckColumn(schema, column);
        if (!isActive)
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active: ask for it when you open the cursor.");
    }

    /// <exception cref="InvalidOperationException">The column holds another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column '{column.Name}': '{typeof(TValue)}', the column holds '{column.Type.RawType}'.");
}
