using System.Diagnostics;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>A generation in progress: one token each time it moves, which allocates nothing.</summary>
internal sealed class Generation(
    LlamaModel model, PromptCache prompt, LlamaSamplerHandle sampler, GrammarSampler? grammar, GenerationOptions options, int output,
    Action<int, TimeSpan> report) : IDisposable
{
    private readonly TextStream _text = new(model, options.StopTexts);
    private int _output = output;
    private int _count;
    private bool _ended;

    /// <summary>Gets the text that became certain with the last move, until the next one; may be empty.</summary>
    public ReadOnlySpan<char> Current => _text.Taken;

    /// <summary>Generates a token; returns <see langword="false"/> when there is no more text.</summary>
    public bool MoveNext(CancellationToken cancellationToken)
    {
        if (_ended)
            return false;
        cancellationToken.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var next = grammar is null ? prompt.Context.Sample(sampler, _output) : grammar.Sample(sampler, prompt.Context.Logits(_output));
        if (next is not { } token || model.IsEnd(token))
            return Finish();
        _count++;
        _text.Append(token);
        if (_text.IsStopped || _count == options.MaximumTokens || prompt.Count == prompt.Context.Positions)
        {
            report(1, Stopwatch.GetElapsedTime(start));
            return Finish();
        }

        _output = prompt.Append(token, cancellationToken);
        report(1, Stopwatch.GetElapsedTime(start));
        _text.Take();
        return true;
    }

    public void Dispose()
    {
        grammar?.Dispose();
        sampler.Dispose();
    }

    private bool Finish()
    {
        _ended = true;
        return _text.Take(isLast: true).Length > 0;
    }
}
