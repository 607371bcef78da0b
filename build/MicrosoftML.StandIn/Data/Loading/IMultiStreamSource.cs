namespace Microsoft.ML.Data;

/// <summary>Streams that are read one after the other.</summary>
public interface IMultiStreamSource
{
    /// <summary>Gets the number of streams.</summary>
    int Count { get; }

    /// <summary>Returns the path behind a stream, or <see langword="null"/>.</summary>
    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}
