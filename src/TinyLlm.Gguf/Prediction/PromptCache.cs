using System.Diagnostics;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Computes prompts in one sequence, and keeps what the next prompt begins with as well.</summary>
internal sealed class PromptCache(LlamaContext context)
{
    private readonly List<int> _tokens = new(context.Positions);

    public LlamaContext Context => context;

    /// <summary>Gets what was computed as prompts.</summary>
    public DecodeTotals Totals { get; } = new();

    /// <summary>Gets the number of tokens in the sequence.</summary>
    public int Count => _tokens.Count;

    /// <summary>Computes a prompt, which fits the context.</summary>
    /// <returns>The index of the output of its last token.</returns>
    public int Compute(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        if (context.HasNotFinite)
            Clear();
        // The last token is computed in any case, for its output.
        var shared = 0;
        while (shared < tokens.Length - 1 && shared < _tokens.Count && _tokens[shared] == tokens[shared])
            shared++;
        Truncate(shared);
        var output = -1;
        try
        {
            for (var i = shared; i < tokens.Length; i++)
            {
                output = context.Add(tokens[i], i, output: i == tokens.Length - 1);
                _tokens.Add(tokens[i]);
                if (context.IsFull || i == tokens.Length - 1)
                    context.Decode(cancellationToken);
            }
        }
        catch
        {
            Clear();
            throw;
        }

        Totals.Add(tokens.Length - shared, Stopwatch.GetElapsedTime(start));
        return output;
    }

    /// <summary>Computes one more token.</summary>
    /// <returns>The index of its output.</returns>
    public int Append(int token, CancellationToken cancellationToken)
    {
        try
        {
            var output = context.Add(token, _tokens.Count, output: true);
            _tokens.Add(token);
            context.Decode(cancellationToken);
            return output;
        }
        catch
        {
            Clear();
            throw;
        }
    }

    /// <summary>Writes the sequence; the file appears when it is complete.</summary>
    public void Save(string path, SessionOrigin origin) => SessionFile.Write(path, origin, [.. _tokens], context.SaveState());

    /// <summary>Reads a sequence in place of this one, which stays where the file is refused.</summary>
    public void Load(string path, SessionOrigin origin)
    {
        using var session = SessionFile.Open(path, origin);
        var tokens = session.Tokens;
        if (tokens.Length > context.Positions || Array.Exists(tokens, token => !context.HasToken(token)))
        {
            throw new InvalidOperationException(
                $"'{path}' is no session of this model with these options: it has {tokens.Length} tokens, and at most "
                + $"{context.Positions} of the model's own are expected.");
        }

        context.CheckState(path, session.State, tokens.Length);
        _tokens.Clear();
        context.LoadState(path, session.State);
        _tokens.AddRange(tokens);
    }

    /// <summary>Puts adapters on the model; what was computed without them is forgotten.</summary>
    public void SetAdapters(IReadOnlyList<(LlamaAdapterHandle Adapter, float Scale)> adapters)
    {
        context.SetAdapters(adapters);
        _tokens.Clear();
    }

    private void Truncate(int count)
    {
        if (count == _tokens.Count)
            return;
        context.Truncate(0, count);
        _tokens.RemoveRange(count, _tokens.Count - count);
    }

    private void Clear()
    {
        context.Clear();
        _tokens.Clear();
    }
}
