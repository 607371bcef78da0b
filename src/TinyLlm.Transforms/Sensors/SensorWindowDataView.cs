using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>
/// The windows of a stream as rows; the stream is read once for each cursor, and what open groups need for their next windows is all that
/// is kept of it.
/// </summary>
internal sealed class SensorWindowDataView(IHostEnvironment environment, IDataView source, SensorWindowColumns columns) : IDataView
{
    private int _isLogged;

    public bool CanShuffle => false;

    public DataViewSchema Schema => columns.OutputSchema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        return new Cursor(this, source, columns, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];

    // Every cursor counts the same, so the first one that comes to the end says it.
    private void Log(WindowCounts counts)
    {
        if (Interlocked.Exchange(ref _isLogged, 1) == 1)
            return;
        using var channel = environment.Register(SensorWindowingEstimator.Stage).Start("Cutting");
        if (counts.Rows == 0)
            channel.Warning(MessageSensitivity.None, "0 windows: the input has no rows.");
        else if (counts.Windows == 0)
            channel.Warning(MessageSensitivity.None, WindowReport.DescribeNone(counts, columns.Options.Windows));
        else if (2 * counts.Unused > counts.Samples)
            channel.Warning(MessageSensitivity.None, WindowReport.Describe(counts));
        else
            channel.Info(MessageSensitivity.None, WindowReport.Describe(counts));
        if (columns.Time is null && WindowReport.DescribeAbsence(counts, columns.Options.GroupColumnName) is { } warning)
            channel.Warning(MessageSensitivity.Schema, warning);
    }

    private sealed class Cursor(SensorWindowDataView view, IDataView source, SensorWindowColumns columns, bool[] active) : DataViewRowCursor
    {
        private readonly WindowCutter<object, object> _cutter = new(
            columns.ChannelCount, columns.Options.Windows, columns.Time?.Type.RawType == typeof(float));
        private SensorRowReader? _reader;
        private SensorWindow<object, object> _window;
        private long _position = -1;
        private bool _isOver;

        public override DataViewSchema Schema => columns.OutputSchema;

        public override long Position => _isOver ? -1 : _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_isOver)
                return false;
            _reader ??= new SensorRowReader(source, columns);
            while (!_cutter.TryTake(out _window))
            {
                if (!_reader.TryRead(_cutter, out var row))
                {
                    End();
                    return false;
                }

                _cutter.Add(row);
            }

            _position++;
            return true;
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
                _reader?.Dispose();
            base.Dispose(disposing);
        }

        private void End()
        {
            _isOver = true;
            _cutter.Complete();
            var counts = _cutter.Counts;

            // Fewer samples than a window has are no mistake of the pipeline, as a buffer that is not full yet.
            if (counts.Windows == 0 && counts.Samples >= columns.Options.Windows.Length)
                throw new InvalidOperationException(
                    $"{SensorWindowingEstimator.Stage}: {WindowReport.DescribeNone(counts, columns.Options.Windows)}");
            view.Log(counts);
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
            ? _window
            : throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter behind the last row.");
    }
}
