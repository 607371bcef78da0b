namespace TinyLlm.Transforms;

/// <summary>Where one document of a file ends and the next begins.</summary>
public enum CorpusBoundary
{
    /// <summary>A file is a document.</summary>
    File,

    /// <summary>A line is a document; empty lines are none.</summary>
    Line,

    /// <summary>A line that is nothing but the separator stands between documents.</summary>
    Separator,
}
