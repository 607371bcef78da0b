namespace TinyLlm.Gguf;

/// <summary>The kinds of tokens, numbered as in <c>tokenizer.ggml.token_type</c>.</summary>
public enum TokenKind
{
    /// <summary>Not stated.</summary>
    Undefined = 0,

    /// <summary>Text.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary lacks.</summary>
    Unknown = 2,

    /// <summary>Steers the model, such as the end of a text; never comes from ordinary text.</summary>
    Control = 3,

    /// <summary>Text that was added by a user and is kept whole.</summary>
    UserDefined = 4,

    /// <summary>Fills a hole in the numbering.</summary>
    Unused = 5,

    /// <summary>A single byte.</summary>
    Byte = 6,
}
