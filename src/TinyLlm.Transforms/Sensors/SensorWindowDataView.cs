using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>The windows of a stream as rows; the stream is read once for each cursor, and a window is all that is kept of it.</summary>
internal sealed class SensorWindowDataView(IDataView source, SensorWindowColumns columns) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => columns.OutputSchema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        return new Cursor(source, columns, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(IDataView source, SensorWindowColumns columns, bool[] active) : DataViewRowCursor
    {
        private readonly IEnumerator<SensorWindow<object, object>> _windows = Windows(source, columns).GetEnumerator();
        private long _position = -1;
        private bool _isOver;

        public override DataViewSchema Schema => columns.OutputSchema;

        public override long Position => _isOver ? -1 : _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _isOver = _isOver || !_windows.MoveNext();
            _position++;
            return !_isOver;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            column.Index < active.Length && Schema[column.Index].Name == column.Name && active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(
                    nameof(column), $"Column '{column.Name}' is not active: name it when you open the cursor.");
            if (column.Index == 0)
                return Cast<TValue>((ValueGetter<VBuffer<float>>)GetWindow, column);
            var isGroup = columns.Group is { } group && column.Name == group.Name;
            return Cast<TValue>(BoxedScalar.Getter<TValue>(() => isGroup ? Current().Group : Current().Label), column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)Position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _windows.Dispose();
            base.Dispose(disposing);
        }

        private static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
            column.Type.RawType == typeof(TValue)
                ? (ValueGetter<TValue>)getter
                : throw new InvalidOperationException(
                    $"Column '{column.Name}' holds {column.Type.RawType}, and {typeof(TValue)} was asked for.");

        private void GetWindow(ref VBuffer<float> value)
        {
            var window = Current().Values.Span;
            var editor = VBufferEditor.Create(ref value, window.Length);
            window.CopyTo(editor.Values);
            value = editor.Commit();
        }

        private SensorWindow<object, object> Current() => _position >= 0 && !_isOver
            ? _windows.Current
            : throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter behind the last row.");
    }

    private static IEnumerable<SensorWindow<object, object>> Windows(IDataView source, SensorWindowColumns columns) =>
        SensorWindower.Cut(Rows(source, columns), columns.ChannelCount, columns.Options.Windows);

    private static IEnumerable<SensorRow<object, object>> Rows(IDataView source, SensorWindowColumns columns)
    {
        using var cursor = source.GetRowCursor(columns.Needed);
        var getValues = Values(cursor, columns);
        var (getGroup, getLabel) = (BoxedScalar.Reader(cursor, columns.Group), BoxedScalar.Reader(cursor, columns.Label));
        var getTime = columns.Time is { } time ? NumberGetter.Create(cursor, time, SensorWindowingEstimator.Stage) : null;
        while (cursor.MoveNext())
            yield return new SensorRow<object, object>(getGroup(), getTime?.Invoke() ?? 0, getValues(), getLabel());
    }

    private static Func<ReadOnlyMemory<float>> Values(DataViewRow row, SensorWindowColumns columns)
    {
        var values = new float[columns.ChannelCount];
        if (columns.Values.Type is not VectorDataViewType)
        {
            var number = row.GetGetter<float>(columns.Values);
            return () =>
            {
                number(ref values[0]);
                return values;
            };
        }

        var vector = row.GetGetter<VBuffer<float>>(columns.Values);
        VBuffer<float> buffer = default;
        return () =>
        {
            vector(ref buffer);
            if (buffer.Length != values.Length)
                throw new InvalidDataException(
                    $"Row {row.Position} has {buffer.Length} values in '{columns.Values.Name}'; {values.Length} are expected.");
            buffer.CopyTo(values);
            return values;
        };
    }
}
