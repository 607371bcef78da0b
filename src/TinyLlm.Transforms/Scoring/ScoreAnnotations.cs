using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// What ML.NET's own multiclass trainers say of their columns, so that evaluators and others recognize ours. Source: the annotations of
/// <c>SdcaMaximumEntropy</c>'s output.
/// </summary>
internal static class ScoreAnnotations
{
    /// <summary>The names of a vector's places, which permutation feature importance asks for.</summary>
    public const string SlotNames = "SlotNames";

    private const string SetId = "ScoreColumnSetId";
    private const string ColumnKind = "ScoreColumnKind";
    private const string ValueKind = "ScoreValueKind";
    private const string TrainingLabelValues = "TrainingLabelValues";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>Returns the columns of the predicted label and the scores.</summary>
    /// <param name="schema">The schema that they are added to.</param>
    /// <param name="predictedLabel">The name of the key column.</param>
    /// <param name="score">The name of the vector column.</param>
    /// <param name="labels">The labels, in the order of the scores.</param>
    public static IEnumerable<DataViewSchema.DetachedColumn> Columns(
        DataViewSchema schema, string predictedLabel, string score, ImmutableArray<string> labels)
    {
        var set = NextSet(schema);
        yield return new(
            predictedLabel, new KeyDataViewType(typeof(uint), labels.Length), Annotations(set, "PredictedLabel", labels, KeyTexts.AnnotationKind));
        yield return new(
            score, new VectorDataViewType(NumberDataViewType.Single, labels.Length),
            Annotations(set, "Score", labels, SlotNames, TrainingLabelValues));
    }

    /// <summary>Returns whether a column is a prediction, by ML.NET's own annotations.</summary>
    public static bool IsScore(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull(ColumnKind) is not null;

    /// <summary>Returns the columns before there are labels.</summary>
    public static SchemaShape.Column[] Shapes(string predictedLabel, string score) =>
    [
        new(predictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true, Shape(KeyTexts.AnnotationKind)),
        new(
            score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
            Shape(SlotNames, TrainingLabelValues)),
    ];

    private static DataViewSchema.Annotations Annotations(uint set, string valueKind, ImmutableArray<string> labels, params string[] kinds)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(SetId, SetIdType, set);
        annotations.AddPrimitiveValue(ColumnKind, TextDataViewType.Instance, "MulticlassClassification".AsMemory());
        annotations.AddPrimitiveValue(ValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        foreach (var kind in kinds)
            TextVectorAnnotation.Add(annotations, kind, labels);
        return annotations.ToAnnotations();
    }

    private static SchemaShape Shape(params string[] kinds) => new(
    [
        new(SetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true),
        new(ColumnKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
        new(ValueKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
        .. kinds.Select(kind =>
            new SchemaShape.Column(kind, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false)),
    ]);

    // Columns that belong together have the same number, and each trainer's pair a number of its own.
    private static uint NextSet(DataViewSchema schema)
    {
        uint last = 0;
        foreach (var column in schema.Where(column => column.Annotations.Schema.GetColumnOrNull(SetId)?.Type.RawType == typeof(uint)))
        {
            uint set = 0;
            column.Annotations.GetValue(SetId, ref set);
            last = Math.Max(last, set);
        }

        return last + 1;
    }
}
