using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>Reads the rows of a data view as those of sensors, in the order of their recording.</summary>
internal sealed class SensorRowReader : IDisposable
{
    private readonly SensorWindowColumns _columns;
    private readonly DataViewRowCursor _cursor;
    private readonly RowOrder _order;
    private readonly Func<ReadOnlyMemory<float>> _getValues;
    private readonly Func<object> _getGroup;
    private readonly Func<object> _getLabel;
    private readonly Func<double>? _getTime;

    public SensorRowReader(IDataView source, SensorWindowColumns columns)
    {
        _columns = columns;
        _cursor = source.GetRowCursor(columns.Needed);
        _order = new RowOrder(_cursor, source, columns);
        _getValues = Values(_cursor, columns);
        (_getGroup, _getLabel) = (BoxedScalar.Reader(_cursor, columns.Group), BoxedScalar.Reader(_cursor, columns.Label));
        _getTime = columns.Time is { } time ? NumberGetter.Create(_cursor, time, SensorWindowingEstimator.Stage) : null;
    }

    /// <summary>
    /// Reads the next row, whose values are valid until the one after, and ends the runs of which rows before it were left out.
    /// </summary>
    /// <exception cref="InvalidOperationException">Rows are not in their order.</exception>
    /// <exception cref="InvalidDataException">A row has another number of values, or no group.</exception>
    public bool TryRead(IRunEnds<object> runs, out SensorRow<object, object> row)
    {
        row = default;
        if (!_cursor.MoveNext())
            return false;
        var group = _getGroup();
        if (_columns.Group is { Type: KeyDataViewType } && Convert.ToUInt64(group, CultureInfo.InvariantCulture) == 0)
            throw new InvalidDataException(
                $"Row {_cursor.Position} has no group: its key in '{_columns.Group.Value.Name}' is missing, as where MapValueToKey was fitted on "
                + "other rows. Rows of several unknown groups would share windows: leave them out, or group by the values themselves.");
        _order.Next(group, runs);
        row = new SensorRow<object, object>(group, _getTime?.Invoke() ?? 0, _getValues(), _getLabel());
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _order.Dispose();
        _cursor.Dispose();
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
