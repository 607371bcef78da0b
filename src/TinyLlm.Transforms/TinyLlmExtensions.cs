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
}
