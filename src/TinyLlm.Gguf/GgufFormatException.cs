namespace TinyLlm.Gguf;

/// <summary>A file is not a valid GGUF file, or not one that this library can use.</summary>
/// <remarks>Every fault of a file, hostile ones included, ends in this exception; see <c>docs/gguf.md</c> for the rules.</remarks>
public sealed class GgufFormatException : FormatException
{
    private readonly string _problem;

    /// <summary>Creates the error for a fault at <paramref name="offset"/>.</summary>
    public GgufFormatException(string message, long offset, Exception? innerException = null)
        : base($"{message} (at byte {offset})", innerException) => (Offset, _problem) = (offset, message);

    /// <summary>Gets where in the file the fault is, in bytes from its beginning.</summary>
    public long Offset { get; }

    /// <summary>Returns the error with the name of the file before it.</summary>
    internal GgufFormatException In(string path) => new($"'{path}': {_problem}", Offset, this);
}
