using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// The rows of another cursor, read ahead by batches and kept until they are passed, so that a computation may take a batch at once.
/// </summary>
/// <remarks>
/// The first batch has one row, each further one twice as many, up to the maximum: who looks at one row only does not pay for all.
/// The columns in use are copied, and each row is read once.
/// </remarks>
internal sealed class ReadAheadCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly int _maximum;
    private readonly Buffer?[] _buffers;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _nextCount = 1;
    private long _position = -1;
    private long _passed; // rows of the batches up to this one
    private ExceptionDispatchInfo? _failure;

    /// <summary>
    /// Returns whether a column's values can be kept: those of numbers, keys, texts and times, and vectors of them. An image, for
    /// example, belongs to the row that it was read in.
    /// </summary>
    public static bool CanKeep(DataViewSchema.Column column) => column.Type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>Takes the cursor over.</summary>
    /// <param name="input">The cursor, before its first row; the columns in use are such as can be kept.</param>
    /// <param name="maximum">The most rows of a batch; at least 2.</param>
    public ReadAheadCursor(DataViewRowCursor input, int maximum)
    {
        (_input, _maximum) = (input, maximum);
        _buffers = [.. input.Schema.Select(column => input.IsColumnActive(column) ? Buffer.Of(input, column, maximum) : null)];
        (_getId, _ids, _batches) = (input.GetIdGetter(), new DataViewRowId[maximum], new long[maximum]);
    }

    /// <summary>Gets how many batches were read.</summary>
    public long BatchNumber { get; private set; }

    /// <summary>Gets how many rows the batch has.</summary>
    public int Count { get; private set; }

    /// <summary>Gets which row of the batch is the current one.</summary>
    public int Offset { get; private set; }

    public override DataViewSchema Schema => _input.Schema;

    public override long Position => _position;

    public override long Batch => _position < 0 ? _input.Batch : _batches[Offset];

    /// <summary>Returns the batch's values of a column in use.</summary>
    public ReadOnlySpan<T> Values<T>(DataViewSchema.Column column) => ((Buffer<T>)_buffers[column.Index]!).Values.AsSpan(0, Count);

    public override bool MoveNext()
    {
        if (Offset + 1 < Count)
        {
            Offset++;
            _position++;
            return true;
        }

        BatchNumber++; // also where reading fails: nothing that was computed belongs to what comes
        Offset = Count = 0;
        if (_failure is { } failure)
        {
            (_failure, _position) = (null, -1);
            failure.Throw();
        }

        try
        {
            while (Count < _nextCount && _input.MoveNext())
            {
                foreach (var buffer in _buffers)
                    buffer?.Read(Count);
                _getId(ref _ids[Count]);
                _batches[Count++] = _input.Batch;
            }
        }
        catch (Exception e) when (Count > 0)
        {
            _failure = ExceptionDispatchInfo.Capture(e); // the rows before it come first, as they would without reading ahead
        }

        _nextCount = Math.Min(_maximum, 2 * _nextCount);
        _position = Count == 0 ? -1 : _passed;
        _passed += Count;
        return Count > 0;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _input.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (_buffers[column.Index] is not { } buffer)
            return _input.GetGetter<TValue>(column); // which says that the column is not in use
        return buffer.CreateGetter(this) as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' holds {column.Type.RawType}, and {typeof(TValue)} was asked for.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        Check();
        value = _ids[Offset];
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private void Check()
    {
        if (_position < 0)
            throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter behind the last row.");
    }

    /// <summary>The batch's values of one column.</summary>
    private abstract class Buffer
    {
        public static Buffer Of(DataViewRow input, DataViewSchema.Column column, int count)
        {
            var (name, type) = column.Type is VectorDataViewType vector
                ? (nameof(Vector), vector.ItemType.RawType)
                : (nameof(Scalar), column.Type.RawType);
            return (Buffer)typeof(Buffer).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type).Invoke(null, [input, column, count])!;
        }

        public abstract void Read(int row);

        public abstract Delegate CreateGetter(ReadAheadCursor cursor);

        private static Buffer<T> Scalar<T>(DataViewRow input, DataViewSchema.Column column, int count) =>
            new(input.GetGetter<T>(column), count, (ref T from, ref T to) => to = from);

        // A vector's arrays belong to who holds it.
        private static Buffer<VBuffer<T>> Vector<T>(DataViewRow input, DataViewSchema.Column column, int count) =>
            new(input.GetGetter<VBuffer<T>>(column), count, (ref VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));
    }

    private delegate void Copy<T>(ref T from, ref T to);

    private sealed class Buffer<T>(ValueGetter<T> read, int count, Copy<T> copy) : Buffer
    {
        public T[] Values { get; } = new T[count];

        public override void Read(int row) => read(ref Values[row]);

        public override Delegate CreateGetter(ReadAheadCursor cursor) => (ValueGetter<T>)((ref T value) =>
        {
            cursor.Check();
            copy(ref Values[cursor.Offset], ref value);
        });
    }
}
