namespace TinyLlm.Transforms;

/// <summary>One document of a corpus.</summary>
/// <param name="Name">Where it comes from, for reports; nothing is decided by it.</param>
/// <param name="Text">Its text.</param>
public readonly record struct CorpusDocument(string Name, string Text);
