using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// The column by which a model travels: the model is an annotation of it, so that the next stage finds it without reading a row.
/// </summary>
internal static class LanguageModelColumn
{
    /// <summary>The column's name unless the user chooses another.</summary>
    public const string DefaultName = "LanguageModel";

    private const string AnnotationKind = "LanguageModel";

    /// <summary>Returns the column that publishes a model.</summary>
    public static DataViewSchema.DetachedColumn Of(string name, LanguageModel model)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(AnnotationKind, LanguageModelDataViewType.Instance, (ref LanguageModel value) => value = model);
        return new DataViewSchema.DetachedColumn(name, LanguageModelDataViewType.Instance, annotations.ToAnnotations());
    }

    /// <summary>Returns the column before there is a model.</summary>
    public static SchemaShape.Column Shape(string name) => new(
        name, SchemaShape.Column.VectorKind.Scalar, LanguageModelDataViewType.Instance, isKey: false,
        new SchemaShape([new SchemaShape.Column(
            AnnotationKind, SchemaShape.Column.VectorKind.Scalar, LanguageModelDataViewType.Instance, isKey: false)]));

    /// <summary>Throws unless the shape has the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has not, or of another type.</exception>
    public static void Check(SchemaShape shape, string name, string stage)
    {
        if (shape.Find(name) is not { } column)
            throw Missing(name, stage, shape.Select(c => c.Name));
        if (column.ItemType is not LanguageModelDataViewType)
            throw SchemaChecks.WrongType(name, stage, LanguageModelDataViewType.Instance.ToString(), column.Describe());
    }

    /// <summary>Returns the model that a schema carries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It carries none in this column.</exception>
    public static LanguageModel Find(DataViewSchema schema, string name, string stage)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, stage, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKind) is not { Type: LanguageModelDataViewType })
            throw SchemaChecks.WrongType(name, stage, LanguageModelDataViewType.Instance.ToString(), column.Type.ToString());
        LanguageModel? model = null;
        column.Annotations.GetValue(AnnotationKind, ref model!);
        return model;
    }

    private static ArgumentOutOfRangeException Missing(string name, string stage, IEnumerable<string> columns) => new(
        "inputSchema",
        $"Column '{name}' is missing: add a stage that makes a language model, such as LoadModel, before {stage}. "
        + $"The schema has: {string.Join(", ", columns)}.");
}
