namespace TinyLlm.Gguf;

/// <summary>The levels of llama.cpp's messages, numbered as in <c>ggml_log_level</c>.</summary>
public enum LlamaLogLevel
{
    /// <summary>Not stated.</summary>
    None = 0,

    /// <summary>For developers of llama.cpp.</summary>
    Debug = 1,

    /// <summary>What is going on.</summary>
    Info = 2,

    /// <summary>Something is not as it should be, and work goes on.</summary>
    Warning = 3,

    /// <summary>Something failed.</summary>
    Error = 4,

    /// <summary>The rest of the message before.</summary>
    Continuation = 5,
}
