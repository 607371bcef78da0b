namespace TinyLlm.Transforms;

/// <summary>Why a document is not kept. The rules are tried in this order, and the first that a document breaks is its reason.</summary>
public enum CorpusRejection
{
    /// <summary>Fewer characters than allowed.</summary>
    TooShort,

    /// <summary>More characters than allowed.</summary>
    TooLong,

    /// <summary>Too many characters that are neither letters nor digits, white space or common punctuation.</summary>
    Symbols,

    /// <summary>Too many letters of other languages.</summary>
    Language,

    /// <summary>Too much of it in lines that stood in it before.</summary>
    RepeatedLines,

    /// <summary>Too many lines with phrases that belong to pages, not to their text.</summary>
    Boilerplate,

    /// <summary>Too many groups of five words that stood in it before.</summary>
    RepeatedWords,

    /// <summary>The same text as a document before.</summary>
    ExactDuplicate,

    /// <summary>Too much of it, or of a document before, stands in the other.</summary>
    NearDuplicate,
}
