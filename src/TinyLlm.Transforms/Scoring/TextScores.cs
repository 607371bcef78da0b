using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>What a model says of the text of the current row, computed for many rows together where rows can be read ahead.</summary>
/// <remarks>
/// Another cursor reads the texts ahead of the one that is asked. The first reading takes one row, each further one twice as many, up to
/// the batch: who looks at one row only does not pay for all.
/// </remarks>
internal sealed class TextScores<TResult>(
    DataViewRow input, DataViewSchema.Column textColumn, Func<DataViewRowCursor>? ahead, int batchRows,
    Func<IReadOnlyList<string>, IReadOnlyList<TResult>> score, Func<int, Func<TResult>, Delegate> createGetter)
    : RowValues
{
    private readonly List<string> _texts = [];
    private DataViewRow? _reader;
    private ValueGetter<ReadOnlyMemory<char>>? _getText;
    private IReadOnlyList<TResult> _results = [];
    private long _first = -1; // the row that the first result belongs to
    private int _nextCount = 1;

    public override Delegate CreateGetter(int output) => createGetter(output, Current);

    public override void Dispose()
    {
        if (ahead is not null)
            _reader?.Dispose();
    }

    private TResult Current()
    {
        var position = input.Position;
        if (position < 0)
            throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter behind the last row.");
        if (position < _first || position >= _first + _results.Count)
            Read(position);
        return _results[(int)(position - _first)];
    }

    private void Read(long position)
    {
        _reader ??= ahead?.Invoke() ?? input;
        _getText ??= _reader.GetGetter<ReadOnlyMemory<char>>(_reader.Schema[textColumn.Index]);
        _results = []; // what fails now is not there later
        _texts.Clear();
        if (_reader is DataViewRowCursor cursor && ahead is not null)
        {
            while (cursor.Position < position)
            {
                if (!cursor.MoveNext())
                    throw new InvalidOperationException(
                        $"Row {position} was not there when the rows were read a second time: "
                        + "the source must give the same rows each time.");
            }

            do
                Take();
            while (_texts.Count < _nextCount && cursor.MoveNext());
            _nextCount = Math.Min(batchRows, 2 * _nextCount);
        }
        else
        {
            Take();
        }

        _first = position;
        try
        {
            _results = score(_texts);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"{(_texts.Count == 1 ? $"Row {position}" : $"A row from {position} to {position + _texts.Count - 1}")} "
                + $"cannot be scored: {e.Message}", e);
        }
    }

    private void Take()
    {
        ReadOnlyMemory<char> text = default;
        _getText!(ref text);
        _texts.Add(text.ToString());
    }
}
