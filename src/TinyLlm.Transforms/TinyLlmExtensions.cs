using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>Brings TinyLlm to <see cref="MLContext"/>.</summary>
public static class TinyLlmExtensions
{
    /// <summary>Returns the catalog of TinyLlm's estimators.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is <see langword="null"/>.</exception>
    public static TinyLlmCatalog TinyLlm(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new TinyLlmCatalog(context);
    }

    /// <summary>Returns the model that rows carry in their schema; no row is read.</summary>
    /// <param name="schema">The schema of transformed rows, or what a fitted pipeline's <c>GetOutputSchema</c> gives.</param>
    /// <param name="columnName">The column whose annotation the model is. Default <c>LanguageModel</c>.</param>
    /// <returns>The model, which belongs to the pipeline and is closed with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it carries no model.</exception>
    public static LanguageModel GetLanguageModel(this DataViewSchema schema, string columnName = LanguageModelColumn.DefaultName)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return LanguageModelColumn.Find(schema, columnName, nameof(GetLanguageModel));
    }
}
