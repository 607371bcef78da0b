using System.Buffers;
using System.Text;

namespace TinyLlm.Gguf.Llama;

/// <summary>A model that llama.cpp loaded. Safe for use by several threads.</summary>
internal sealed unsafe class LlamaModel : IDisposable
{
    private const int NoTokenizer = 0;

    private readonly nint _vocabulary;
    private readonly int? _presumedEnd;

    private LlamaModel(LlamaModelHandle handle, NativeModel description, long bufferBytes)
    {
        (Handle, Description, BufferBytes) = (handle, description, bufferBytes);
        _vocabulary = LlamaNative.ModelVocabulary(handle);
        VocabularySize = LlamaNative.VocabularySize(_vocabulary);
        ContextLength = LlamaNative.ModelContextLength(handle);
        EmbeddingLength = LlamaNative.ModelEmbeddingLength(handle);
        ParameterCount = (long)LlamaNative.ModelParameterCount(handle);
        HasTokenizer = LlamaNative.VocabularyType(_vocabulary) != NoTokenizer;
        // Where a file names no end token, llama.cpp takes the token 11 for one, whatever it is.
        byte first;
        if (LlamaNative.ModelMetadata(handle, "tokenizer.ggml.eos_token_id", &first, 1) < 0)
            _presumedEnd = LlamaNative.VocabularyEnd(_vocabulary);
    }

    public LlamaModelHandle Handle { get; }

    /// <summary>Gets what the file tells of the model.</summary>
    public NativeModel Description { get; }

    public int VocabularySize { get; }

    /// <summary>Gets the most positions that the model was trained for.</summary>
    public int ContextLength { get; }

    public int EmbeddingLength { get; }

    public long ParameterCount { get; }

    /// <summary>Gets whether the file brings a tokenizer; without one there are ids only.</summary>
    public bool HasTokenizer { get; }

    /// <summary>Gets the bytes of the weights in memory, those included that are kept a second time in another order.</summary>
    public long BufferBytes { get; }

    public nint Vocabulary => _vocabulary;

    /// <summary>Loads a file, once it is checked.</summary>
    /// <param name="path">The GGUF file.</param>
    /// <param name="mapped">Whether the file is mapped, so that processes share it, or read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufFormatException">The file is not valid, or not safe to load.</exception>
    /// <exception cref="InvalidOperationException">llama.cpp cannot load it; the message is its own.</exception>
    public static LlamaModel Load(string path, bool mapped)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model at '{path}'.", path);
        using var file = GgufFile.Open(path);
        return Load(file, path, mapped);
    }

    /// <summary>Loads the file that is open for reading.</summary>
    /// <inheritdoc cref="Load(string, bool)"/>
    public static LlamaModel Load(GgufFile file, string path, bool mapped)
    {
        var description = NativeModelCheck.Check(file);
        LlamaRuntime.EnsureStarted();
        var parameters = LlamaNative.ModelDefaultParameters();
        parameters.LoadMode = mapped ? 1 : 0;
        LlamaLog.ForgetErrors();
        var (handle, bufferBytes) = LlamaBuffers.Count(() => new LlamaModelHandle(LlamaNative.ModelLoad(path, parameters)));
        return handle.IsInvalid
            ? throw new InvalidOperationException($"llama.cpp could not load '{path}': {LlamaLog.LastError ?? "it gave no reason"}")
            : new LlamaModel(handle, description, bufferBytes);
    }

    /// <summary>Returns the tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecial">Whether the begin token is put first where the model says so.</param>
    /// <param name="parseSpecial">Whether the texts of control tokens become those tokens; only for texts that are trusted.</param>
    /// <exception cref="InvalidOperationException">The file has no tokenizer.</exception>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        if (!HasTokenizer)
            throw new InvalidOperationException("The model's file has no tokenizer (tokenizer.ggml.model is 'none'): pass token ids.");
        var bytes = Encoding.UTF8.GetBytes(text);
        // No token is shorter than a byte, and at most two are added.
        var tokens = new int[bytes.Length + 2];
        fixed (byte* source = bytes)
        fixed (int* target = tokens)
        {
            var count = LlamaNative.Tokenize(_vocabulary, source, bytes.Length, target, tokens.Length, addSpecial, parseSpecial);
            if (count < 0)
                throw new InvalidOperationException($"llama.cpp could not tokenize a text of {bytes.Length} bytes (code {count}).");
            return tokens[..count];
        }
    }

    /// <summary>Writes the bytes of a token, which may be part of a character only; control tokens have none.</summary>
    /// <returns>The number of bytes.</returns>
    public int WritePiece(int token, IBufferWriter<byte> writer)
    {
        CheckToken(token);
        var span = writer.GetSpan(64);
        int length;
        fixed (byte* target = span)
            length = LlamaNative.TokenToPiece(_vocabulary, token, target, span.Length, 0, special: false);
        if (length < 0)
        {
            span = writer.GetSpan(-length);
            fixed (byte* target = span)
                length = LlamaNative.TokenToPiece(_vocabulary, token, target, span.Length, 0, special: false);
        }

        writer.Advance(length);
        return length;
    }

    /// <summary>Returns whether a token is the same bytes in another model.</summary>
    public bool IsSamePiece(LlamaModel other, int token)
    {
        var (mine, others) = (new ArrayBufferWriter<byte>(64), new ArrayBufferWriter<byte>(64));
        WritePiece(token, mine);
        other.WritePiece(token, others);
        return mine.WrittenSpan.SequenceEqual(others.WrittenSpan);
    }

    /// <summary>Returns whether a token ends a text.</summary>
    public bool IsEnd(int token)
    {
        CheckToken(token);
        return token != _presumedEnd && LlamaNative.VocabularyIsEnd(_vocabulary, token);
    }

    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such token.</exception>
    public void CheckToken(int token)
    {
        if ((uint)token >= (uint)VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Tokens are 0 to {VocabularySize - 1}.");
    }

    public void Dispose() => Handle.Dispose();
}
