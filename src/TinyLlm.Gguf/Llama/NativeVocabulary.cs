namespace TinyLlm.Gguf.Llama;

/// <summary>Checks a file's tokenizer. Source: <c>llama-vocab.cpp</c> of llama.cpp v0.4.0.</summary>
/// <param name="BeginToken">The token that begins a text, where the file or the kind of tokenizer names one.</param>
/// <param name="EndToken">The token that ends a text, where the file or the kind of tokenizer names one.</param>
/// <param name="IsBytePairs">Whether it is byte-level BPE, for which llama.cpp makes token 11 begin and end texts that name none.</param>
internal sealed record NativeVocabulary(int? BeginToken, int? EndToken, bool IsBytePairs)
{
    /// <summary>The token that llama.cpp takes for begin and end where a byte-level BPE vocabulary names none.</summary>
    public const int AssumedToken = 11;

    private const string Prefix = "tokenizer.ggml.";
    private const int MostTokenBytes = 1 << 16;

    // Those that llama.cpp cuts by rules of its own. The others go through std::regex, which overflows the stack in a long text: a million
    // letters, capitals, spaces, digits, line ends, other signs or ideographs, and a mixture, were cut in each of these.
    private static readonly HashSet<string> Cutters = new(StringComparer.Ordinal)
    {
        "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "exaone4", "gigachat", "a.x-4.0", "mellum", "granite-docling",
        "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2",
        "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "dbrx", "smaug-bpe",
        "chameleon", "chatglm-bpe", "glm4", "grok-2", "kimi-k2", "laguna", "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2",
        "megrez", "stablelm2", "hunyuan", "solar-open", "qwen35",
    };

    private static readonly string[] Ids =
    [
        "unknown_token_id", "padding_token_id", "seperator_token_id", "cls_token_id", "mask_token_id", "eot_token_id", "eom_token_id",
        "fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id", "fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id",
        "prefix_token_id", "suffix_token_id", "middle_token_id",
    ];

    public static NativeVocabulary Check(NativeKeys keys, string architecture, GgufTensorInfo embedding)
    {
        const string ModelKey = Prefix + "model";
        var model = keys.Require(ModelKey, keys.Text(ModelKey));
        var count = embedding.Shape[0];
        if (model is "none" or "no_vocab")
        {
            var key = $"{architecture}.vocab_size";
            if (keys.Require(key, keys.Number(key)) != count)
                throw keys.Fault(key, $"{count}, the rows of '{embedding.Name}', is expected");
            return new NativeVocabulary(null, null, IsBytePairs: false);
        }

        if (model is not ("gpt2" or "llama"))
            throw keys.Fault(ModelKey, "\"gpt2\" (byte-level BPE), \"llama\" (SentencePiece) or \"none\" is expected");
        _ = keys.Number($"{architecture}.vocab_size");
        var tokens = keys.Require(Prefix + "tokens", keys.Values<string>(Prefix + "tokens"));
        if (tokens.Length != count)
            throw keys.Fault(Prefix + "tokens", $"{count} tokens, the rows of '{embedding.Name}', are expected");
        var kinds = keys.Values<int>(Prefix + "token_type");
        if (kinds is not null && (kinds.Length != count || kinds.Any(kind => !Enum.IsDefined((TokenKind)kind))))
            throw keys.Fault(Prefix + "token_type", $"{count} numbers from 0 to {(int)TokenKind.Byte} are expected");
        CheckTexts(keys, tokens, kinds);
        var isBytePairs = model == "gpt2";
        if (isBytePairs)
            CheckBytePairs(keys);
        else
            CheckSentencePieces(keys, tokens);
        return CheckSpecial(keys, isBytePairs, tokens.Length);
    }

    // llama.cpp ends the process where two tokens are one to it: it ends texts at the first zero, and names empty ones by their number.
    private static void CheckTexts(NativeKeys keys, string[] tokens, int[]? kinds)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Contains('\0') || tokens[i].Length > MostTokenBytes / 3)
                throw keys.Fault(Prefix + "tokens", $"token {i} has a zero character or more than {MostTokenBytes / 3:N0}");
            if (!texts.Add(tokens[i].Length > 0 ? tokens[i] : $"[EMPTY_{i}]"))
                throw keys.Fault(Prefix + "tokens", $"token {i} '{tokens[i]}' stands twice");
            if (kinds?[i] == (int)TokenKind.Byte && !IsByte(tokens[i]))
                throw keys.Fault(Prefix + "tokens", $"token {i} '{tokens[i]}' is a byte, and such are written <0x00> to <0xFF>");
        }
    }

    private static void CheckBytePairs(NativeKeys keys)
    {
        const string CutterKey = Prefix + "pre";
        if (!Cutters.Contains(keys.Require(CutterKey, keys.Text(CutterKey))))
            throw keys.Fault(CutterKey, "text that is cut in this way cannot be cut safely: \"gpt-2\" is one that can");
        _ = keys.Require(Prefix + "merges", keys.Values<string>(Prefix + "merges"));
        keys.Pass(Prefix + "scores");
    }

    private static void CheckSentencePieces(NativeKeys keys, string[] tokens)
    {
        var scores = keys.Require(Prefix + "scores", keys.Values<float>(Prefix + "scores"));
        if (scores.Length != tokens.Length || !Array.TrueForAll(scores, float.IsFinite))
            throw keys.Fault(Prefix + "scores", $"{tokens.Length} finite numbers are expected");
        var texts = tokens.ToHashSet(StringComparer.Ordinal);
        for (var value = 0; value < 256; value++)
        {
            if (!texts.Contains($"<0x{value:X2}>"))
                throw keys.Fault(
                    Prefix + "tokens", $"the token <0x{value:X2}> is missing, without which a text of that byte cannot be read");
        }

        keys.Pass(Prefix + "pre", Prefix + "merges");
    }

    private static NativeVocabulary CheckSpecial(NativeKeys keys, bool isBytePairs, int count)
    {
        var begin = Id("bos_token_id") ?? (isBytePairs || count <= 1 ? null : 1);
        var end = Id("eos_token_id") ?? (isBytePairs || count <= 2 ? null : 2);
        foreach (var key in Ids)
            _ = Id(key);
        // Some ways to cut text bring a begin token unless the file says otherwise; SentencePiece does.
        if (keys.Flag(Prefix + "add_bos_token") is not false && begin is null
            && (keys.Flag(Prefix + "add_bos_token") is true || !isBytePairs || BringsBegin(keys.Text(Prefix + "pre")!)))
            throw new GgufFormatException($"Texts begin with a token, and the metadata lack '{Prefix}bos_token_id'.", 0);
        if (keys.Flag(Prefix + "add_eos_token") is true && end is null)
            throw keys.Fault(Prefix + "add_eos_token", $"the metadata lack '{Prefix}eos_token_id'");
        _ = keys.Flag(Prefix + "add_sep_token");
        _ = keys.Flag(Prefix + "add_space_prefix");
        _ = keys.Flag(Prefix + "remove_extra_whitespaces");
        _ = keys.Number(Prefix + "token_type_count");
        keys.Pass(Prefix + "added_tokens");
        return new NativeVocabulary(begin, end, isBytePairs);

        int? Id(string key) => keys.Number(Prefix + key, 0, count - 1);
    }

    private static bool BringsBegin(string cutter) => cutter is
        "chameleon" or "llama3" or "llama-v3" or "llama-bpe" or "falcon3" or "falcon-h1" or "pixtral" or "midm-2.0" or "lfm2";

    private static bool IsByte(string token) =>
        token is ['<', '0', 'x', var high, var low, '>'] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low);
}
