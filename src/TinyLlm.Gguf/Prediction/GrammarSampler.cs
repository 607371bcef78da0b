using System.Buffers;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>
/// Chooses tokens that a grammar allows. Where none is allowed, llama.cpp would end the process: here that is found before.
/// </summary>
internal sealed unsafe class GrammarSampler : IDisposable
{
    // llama.cpp goes one call deeper for each character of a token.
    private const int MostTokenBytes = 1024;

    private readonly LlamaModel _model;
    private readonly LlamaSamplerHandle _grammar;
    private readonly LlamaCandidate[] _candidates;
    private readonly int[] _tokens; // those that a grammar may allow
    private readonly bool _hasEnd;

    /// <summary>Makes a sampler of a grammar with the rule <c>root</c>.</summary>
    /// <exception cref="ArgumentException">The grammar is not valid, or beyond the limits of <see cref="GrammarReader"/>.</exception>
    /// <exception cref="InvalidOperationException">The model's file has no tokenizer.</exception>
    public GrammarSampler(LlamaModel model, string grammar)
    {
        if (!model.HasTokenizer)
            throw new InvalidOperationException("A grammar needs the texts of tokens, and the model's file has no tokenizer.");
        new GrammarReader(grammar).Read();
        _model = model;
        LlamaLog.ForgetErrors();
        _grammar = new LlamaSamplerHandle(LlamaNative.SamplerGrammar(model.Vocabulary, grammar, GrammarReader.Root));
        if (_grammar.IsInvalid)
            throw new ArgumentException($"The grammar is not valid: {LlamaLog.LastError ?? "llama.cpp gave no reason"}.");
        _tokens = [.. Enumerable.Range(0, model.VocabularySize).Where(IsUsable)];
        _candidates = new LlamaCandidate[_tokens.Length];
        _hasEnd = Array.Exists(_tokens, token => LlamaNative.VocabularyIsEnd(model.Vocabulary, token));
    }

    /// <summary>Chooses the next token.</summary>
    /// <returns>The token; null where the grammar's text has ended.</returns>
    /// <exception cref="InvalidOperationException">
    /// No token is allowed, and the text is not at its end; or a logit is not finite.
    /// </exception>
    public int? Sample(LlamaSamplerHandle chain, ReadOnlySpan<float> logits)
    {
        for (var i = 0; i < _tokens.Length; i++)
        {
            var logit = logits[_tokens[i]];
            if (!float.IsFinite(logit))
            {
                throw new InvalidOperationException(
                    $"The model gives token {_tokens[i]} the logit {logit}, and a finite number is expected: its file is damaged, "
                    + "or training went astray.");
            }

            _candidates[i] = new LlamaCandidate { Token = _tokens[i], Logit = logit };
        }

        fixed (LlamaCandidate* items = _candidates)
        {
            var candidates = new LlamaCandidates { Items = items, Count = (nuint)_tokens.Length, Selected = -1 };
            LlamaNative.SamplerApply(_grammar, &candidates);
            // What is not allowed is left out altogether: a draw of probability 0 must not choose it by rounding.
            var count = 0;
            for (var i = 0; i < _tokens.Length; i++)
            {
                if (items[i].Logit > float.NegativeInfinity)
                    items[count++] = items[i];
            }

            if (count == 0)
            {
                return _hasEnd
                    ? throw new InvalidOperationException(
                        "No token of the vocabulary goes on as the grammar asks: it has characters that the vocabulary cannot write.")
                    : null;
            }

            candidates.Count = (nuint)count;
            LlamaNative.SamplerApply(chain, &candidates);
            if (candidates.Selected < 0 || candidates.Selected >= (long)candidates.Count)
                throw new InvalidOperationException("llama.cpp chose no token.");
            var token = candidates.Items[candidates.Selected].Token;
            if (LlamaNative.VocabularyIsEnd(_model.Vocabulary, token))
                return null;
            LlamaNative.SamplerAccept(_grammar, token);
            LlamaNative.SamplerAccept(chain, token);
            return token;
        }
    }

    public void Dispose() => _grammar.Dispose();

    // A grammar is about text: tokens that only steer have none, and llama.cpp reads a text to its first zero when it allows it and to
    // its end when it takes it.
    private bool IsUsable(int token)
    {
        if (LlamaNative.VocabularyIsEnd(_model.Vocabulary, token))
            return true;
        var bytes = new ArrayBufferWriter<byte>(64);
        var length = _model.WritePiece(token, bytes);
        return length is > 0 and <= MostTokenBytes && bytes.WrittenSpan.IndexOf((byte)0) < 0;
    }
}
