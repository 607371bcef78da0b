namespace TinyLlm.Gguf;

/// <summary>A file is not a valid safetensors file.</summary>
public sealed class SafetensorsFormatException : FormatException
{
    /// <summary>Creates the error for a fault at <paramref name="offset"/>.</summary>
    public SafetensorsFormatException(string message, long offset, Exception? innerException = null)
        : base($"{message} (at byte {offset})", innerException) => Offset = offset;

    /// <summary>Gets where in the file the fault is, in bytes from its beginning.</summary>
    public long Offset { get; }
}
