namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>A notebook cannot be read or run, or shows something else than it should.</summary>
internal sealed class NotebookException(string message, Exception? innerException = null) : Exception(message, innerException);
