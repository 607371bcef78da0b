using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>What a model says of the text of the current row, computed for a batch of rows together where rows are read ahead.</summary>
/// <param name="input">The row, which moves.</param>
/// <param name="textColumn">The text.</param>
/// <param name="score">Scores texts; the results come in the order of the texts.</param>
/// <param name="createGetter">Makes the getter of a computed column, by its number among them, from the current row's result.</param>
/// <param name="ended">What is done when nobody reads the rows any more.</param>
internal sealed class TextScores<TResult>(
    DataViewRow input, DataViewSchema.Column textColumn, Func<IReadOnlyList<string>, IReadOnlyList<TResult>> score,
    Func<int, Func<TResult>, Delegate> createGetter, Action ended)
    : RowValues
{
    private readonly List<string> _texts = [];
    private IReadOnlyList<TResult> _results = [];
    private ValueGetter<ReadOnlyMemory<char>>? _getText;
    private long _batch = -1; // the batch that the results belong to
    private int _first; // the row of the batch that the first result belongs to
    private long _position = -1; // the row that the result belongs to, where rows come alone

    public override Delegate CreateGetter(int output) => createGetter(output, Current);

    public override void Dispose() => ended();

    private TResult Current()
    {
        if (input.Position < 0)
            throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter behind the last row.");
        return input is ReadAheadCursor rows ? OfBatch(rows) : OfRow();
    }

    private TResult OfBatch(ReadAheadCursor rows)
    {
        if (_batch != rows.BatchNumber)
        {
            _results = []; // what fails now is not there later
            _batch = -1;
            _texts.Clear();
            foreach (var text in rows.Values<ReadOnlyMemory<char>>(textColumn)[rows.Offset..])
                _texts.Add(text.ToString());
            _results = Score(rows.Position);
            (_batch, _first) = (rows.BatchNumber, rows.Offset);
        }

        return _results[rows.Offset - _first];
    }

    // A single row's values may change without its position (a prediction engine has one row for ever), but not without its text.
    private TResult OfRow()
    {
        _getText ??= input.GetGetter<ReadOnlyMemory<char>>(input.Schema[textColumn.Index]);
        ReadOnlyMemory<char> text = default;
        _getText(ref text);
        if (_position != input.Position || _results.Count == 0 || !text.Span.SequenceEqual(_texts[0]))
        {
            _results = [];
            _texts.Clear();
            _texts.Add(text.ToString());
            _results = Score(input.Position);
            _position = input.Position;
        }

        return _results[0];
    }

    private IReadOnlyList<TResult> Score(long position)
    {
        try
        {
            return score(_texts);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"{(_texts.Count == 1 ? $"Row {position}" : $"A row from {position} to {position + _texts.Count - 1}")} "
                + $"cannot be scored: {e.Message}", e);
        }
    }
}
