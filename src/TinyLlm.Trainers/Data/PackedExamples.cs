using System.Collections.Immutable;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Data;

/// <summary>Instruction examples packed into rows; as validation rows they are packed in the order in which they are given.</summary>
/// <remarks>An example is never cut: each of its tokens stands in one row. What a row has left over carries no loss.</remarks>
internal sealed class PackedExamples : ValidationRows
{
    private readonly ImmutableArray<InstructionExample> _examples;
    private readonly InstructionOptions _options;
    private readonly FirstFit _fit;
    private readonly int[] _order;
    private readonly (int Row, int Start, int Example)[] _places;
    private readonly int[] _firsts;
    private readonly Comparison<(int Row, int Start, int Example)> _byPlace = static (a, b) => (a.Row, a.Start).CompareTo((b.Row, b.Start));

    /// <summary>Packs examples in their order.</summary>
    /// <exception cref="ArgumentException">An example does not fit a row, or has nothing to learn.</exception>
    public PackedExamples(ImmutableArray<InstructionExample> examples, InstructionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Length, 1);
        if (examples.IsDefaultOrEmpty)
            throw new ArgumentException("No example was given; at least one is expected.", nameof(examples));
        for (var i = 0; i < examples.Length; i++)
            Check(examples[i], i, options);
        (_examples, _options, _fit) = (examples, options, new FirstFit(examples.Length, options.Length));
        (_order, _places, _firsts) = (new int[examples.Length], new (int, int, int)[examples.Length], new int[examples.Length + 1]);
        Pack(shuffle: null);
    }

    /// <inheritdoc/>
    public override long Count => _fit.Rows;

    /// <summary>Packs anew, in shuffled order where a seed is given.</summary>
    public void Pack(ulong? shuffle)
    {
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        if (shuffle is { } seed)
        {
            for (var i = _order.Length - 1; i > 0; i--)
            {
                var other = (int)Mixing.Below(Mixing.Derive(seed, (ulong)i), i + 1);
                (_order[i], _order[other]) = (_order[other], _order[i]);
            }
        }

        _fit.Clear();
        for (var i = 0; i < _order.Length; i++)
        {
            var (row, start) = _fit.Add(_examples[_order[i]].Positions);
            _places[i] = (row, start, _order[i]);
        }

        Array.Sort(_places, _byPlace);
        for (int row = 0, i = 0; row <= _fit.Rows; row++)
        {
            while (i < _places.Length && _places[i].Row < row)
                i++;
            _firsts[row] = i;
        }
    }

    /// <inheritdoc/>
    public override void Read(long index, TokenBatch batch, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.Length, _options.Length, nameof(batch));
        var inputs = batch.Inputs.AsSpan(row * _options.Length, _options.Length);
        var targets = batch.Targets.AsSpan(row * _options.Length, _options.Length);
        var documents = batch.DocumentStarts.AsSpan(row * _options.Length, _options.Length);
        var end = 0;
        foreach (var (_, start, example) in _places.AsSpan(_firsts[index].._firsts[index + 1]))
        {
            end = start + _examples[example].Positions;
            Write(_examples[example], inputs[start..end], targets[start..end]);
            documents[start..end].Fill(_options.SeparateDocuments ? start : 0);
        }

        inputs[end..].Clear();
        targets[end..].Fill(TokenBatch.NoTarget);
        documents[end..].Fill(_options.SeparateDocuments ? end : 0);
    }

    /// <inheritdoc/>
    public override string Describe()
    {
        var hash = 0UL;
        foreach (var (prompt, response) in _examples)
        {
            hash = Mixing.Derive(hash, (ulong)prompt.Length);
            foreach (var token in prompt.Span)
                hash = Mixing.Derive(hash, (ulong)token);
            foreach (var token in response.Span)
                hash = Mixing.Derive(hash, (ulong)token);
        }

        var learned = _options.ResponseOnly ? "the response" : "all tokens";
        var seen = _options.SeparateDocuments ? "apart" : "together";
        return $"{_examples.Length} examples ({hash:x16}) in rows of {_options.Length}, {seen}, learning {learned}";
    }

    // All of the example's tokens in a line: what is read leaves out the last, what is predicted the first.
    private void Write(InstructionExample example, Span<int> inputs, Span<int> targets)
    {
        var prompt = example.Prompt.Span;
        var response = example.Response.Span;
        prompt[..Math.Min(prompt.Length, inputs.Length)].CopyTo(inputs);
        response[..^1].CopyTo(inputs[prompt.Length..]);
        if (!prompt.IsEmpty)
        {
            prompt[1..].CopyTo(targets);
            if (_options.ResponseOnly)
                targets[..(prompt.Length - 1)].Fill(TokenBatch.NoTarget);
            response.CopyTo(targets[(prompt.Length - 1)..]);
        }
        else
            response[1..].CopyTo(targets);
    }

    private static void Check(InstructionExample example, int index, InstructionOptions options)
    {
        if (example.Response.IsEmpty || example.Positions < 1)
        {
            throw new ArgumentException(
                $"Example {index} has nothing to learn: a response token after another is expected.", nameof(example));
        }

        if (example.Positions > options.Length)
        {
            throw new ArgumentException(
                $"Example {index} has {example.Positions + 1} tokens; at most {options.Length + 1} fit a row of {options.Length}. "
                + "Raise SequenceLength, or shorten the example.",
                nameof(example));
        }

        foreach (var tokens in new[] { example.Prompt, example.Response })
        {
            var bad = tokens.Span.IndexOfAnyExceptInRange(0, options.VocabularySize - 1);
            if (bad >= 0)
            {
                throw new ArgumentException(
                    $"Example {index} has the token {tokens.Span[bad]}; the vocabulary has the tokens 0 to {options.VocabularySize - 1}.",
                    nameof(example));
            }
        }
    }
}
