using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// The column by which a model travels: the model is an annotation of it, so that the next stage finds it without reading a row.
/// </summary>
/// <remarks>
/// The column's own values are a text that says what the model is. Text is what caches, files and data frames can take: a column of a type
/// of our own would be dropped by <c>AppendCacheCheckpoint</c>, and the model with it.
/// </remarks>
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
        return new DataViewSchema.DetachedColumn(name, TextDataViewType.Instance, annotations.ToAnnotations());
    }

    /// <summary>Returns the column before there is a model.</summary>
    public static SchemaShape.Column Shape(string name) => new(
        name, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false,
        new SchemaShape([new SchemaShape.Column(
            AnnotationKind, SchemaShape.Column.VectorKind.Scalar, LanguageModelDataViewType.Instance, isKey: false)]));

    /// <summary>Returns the column's value in every row, such as <c>llama, 3,284,992 parameters, Q8_0</c>.</summary>
    public static string Describe(LanguageModel model)
    {
        var types = model.Tensors.Select(tensor => tensor.Type).GroupBy(type => type).MaxBy(group => group.Count())!.Key;
        return FormattableString.Invariant($"{model.Architecture.Name}, {model.Architecture.ParameterCount:N0} parameters, {types}");
    }

    /// <summary>Throws unless the shape has the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has not, or one without a model.</exception>
    public static void Check(SchemaShape shape, string name, string stage)
    {
        if (shape.Find(name) is not { } column)
            throw Missing(name, stage, shape.Select(c => c.Name));
        if (column.Annotations.Find(AnnotationKind) is not { ItemType: LanguageModelDataViewType })
            throw Empty(name, stage, column.Describe());
    }

    /// <summary>Returns the model that a schema carries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It carries none in this column.</exception>
    public static LanguageModel Find(DataViewSchema schema, string name, string stage)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, stage, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKind) is not { Type: LanguageModelDataViewType })
            throw Empty(name, stage, column.Type.ToString());
        LanguageModel? model = null;
        column.Annotations.GetValue(AnnotationKind, ref model!);
        return model;
    }

    private static ArgumentOutOfRangeException Empty(string name, string stage, string? found) => new(
        "inputSchema",
        $"{stage} needs a language model, and column '{name}' of type {found} carries none. The model is an annotation of the column; rows "
        + $"that come from a file or a data frame lost it, as does an ONNX conversion. Add LoadModel before {stage}.");

    private static ArgumentOutOfRangeException Missing(string name, string stage, IEnumerable<string> columns) => new(
        "inputSchema",
        $"Column '{name}' is missing: add a stage that makes a language model, such as LoadModel, before {stage}. "
        + $"The schema has: {string.Join(", ", columns)}.");
}
