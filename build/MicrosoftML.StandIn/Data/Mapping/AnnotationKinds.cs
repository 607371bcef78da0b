namespace Microsoft.ML.Data;

/// <summary>The kinds of annotation that ML.NET's own components write and read.</summary>
internal static class AnnotationKinds
{
    public const string SlotNames = "SlotNames";
    public const string KeyValues = "KeyValues";
    public const string IsNormalized = "IsNormalized";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string TrainingLabelValues = "TrainingLabelValues";

    /// <summary>Returns the annotation that names the slots of a vector.</summary>
    public static DataViewSchema.Annotations NameSlots(VBuffer<ReadOnlyMemory<char>> names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length), (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
        return builder.ToAnnotations();
    }
}
