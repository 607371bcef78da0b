namespace TinyLlm.Transforms;

/// <summary>A document as a row of a data view.</summary>
public sealed class DocumentRow
{
    /// <summary>Gets or sets what the document is called, such as its file.</summary>
    public string Name { get; set; } = "";

    /// <summary>Gets or sets the text.</summary>
    public string Text { get; set; } = "";
}
