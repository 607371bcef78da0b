namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Markup that a cell shows as it is.</summary>
public sealed record NotebookHtml(string Text);
