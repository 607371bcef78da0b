namespace Microsoft.ML;

/// <summary>The entry point of TinyLlm in ML.NET: its packages hang their estimators on this object by extension methods.</summary>
public sealed class TinyLlmCatalog
{
    internal TinyLlmCatalog(MLContext context) => Context = context;

    /// <summary>Gets the context that estimators made from this catalog run in.</summary>
    internal MLContext Context { get; }
}
