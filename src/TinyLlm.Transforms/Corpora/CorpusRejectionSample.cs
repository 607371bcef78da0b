namespace TinyLlm.Transforms;

/// <summary>A rejected document, as an example of its reason.</summary>
/// <param name="Name">The document's name.</param>
/// <param name="Detail">What was found, and what is allowed; for a duplicate the document it is like.</param>
/// <param name="Excerpt">How the document begins.</param>
public sealed record CorpusRejectionSample(string Name, string Detail, string Excerpt);
