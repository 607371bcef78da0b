namespace TinyLlm.Gguf;

public sealed partial record ModelVocabulary
{
    /// <summary>
    /// Loads a vocabulary: a GGUF file (with or without weights), a <c>tokenizer.json</c>, or a folder that holds one, or <c>vocab.json</c>
    /// with <c>merges.txt</c>.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is not valid.</exception>
    /// <exception cref="GgufFormatException">The GGUF file is not valid, or has another kind of tokenizer.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is not byte-level BPE in GPT-2's manner.</exception>
    public static ModelVocabulary Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path) || IsJson(path))
            return HuggingFaceTokenizer.Load(path);
        using var file = GgufFile.Open(path);
        return VocabularyMetadata.Read(file.Metadata);
    }

    /// <summary>
    /// Loads a vocabulary from its two files, whatever their names: OpenAI's are <c>encoder.json</c> and <c>vocab.bpe</c>.
    /// </summary>
    /// <inheritdoc cref="Load(string)"/>
    public static ModelVocabulary Load(string vocabularyPath, string mergesPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(vocabularyPath);
        ArgumentException.ThrowIfNullOrEmpty(mergesPath);
        return HuggingFaceTokenizer.Load(vocabularyPath, mergesPath);
    }

    /// <summary>
    /// Saves the vocabulary: a name in <c>.gguf</c> makes a GGUF file without weights, one in <c>.json</c> a <c>tokenizer.json</c>, any
    /// other a folder of <c>tokenizer.json</c>, <c>vocab.json</c>, <c>merges.txt</c> and <c>tokenizer_config.json</c>.
    /// </summary>
    /// <remarks>Only GGUF holds everything: a <c>tokenizer.json</c> alone does not tell which token ends a text.</remarks>
    /// <exception cref="ArgumentException">The vocabulary contradicts itself.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Validate();
        if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase))
            GgufWriter.Write(path, new GgufMetadata(VocabularyMetadata.Of(this)).With("general.architecture", "gpt2"), []);
        else if (IsJson(path))
            HuggingFaceTokenizerWriter.WriteWhole(path, this);
        else
        {
            HuggingFaceTokenizerWriter.Write(path, this);
            FolderMetadata.Write(path, this);
        }
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
