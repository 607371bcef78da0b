using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Sees by the ids of rows what was done to them. Loaders and caches number their rows, filters and splits keep the numbers, and so does
/// shuffling; whatever stores rows numbers them anew.
/// </summary>
internal sealed class RowOrder : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly ValueGetter<DataViewRowId> _getId;
    private readonly LeftOutRows? _leftOut;
    private readonly bool _mayHaveHoles;
    private DataViewRowId _last;
    private bool _isFirst = true;

    public RowOrder(DataViewRowCursor cursor, IDataView source, SensorWindowColumns columns)
    {
        (_cursor, _getId) = (cursor, cursor.GetIdGetter());
        _leftOut = columns.Group is { } group ? new LeftOutRows(source, group) : null;
        _mayHaveHoles = columns.Options.Windows.SampleInterval is not null; // then times alone tell what follows what
    }

    /// <summary>Checks the cursor's row, of a group, and ends the runs of the groups of which rows were left out before it.</summary>
    /// <exception cref="InvalidOperationException">Rows are not in their order.</exception>
    public void Next(object group, IRunEnds<object> runs)
    {
        DataViewRowId id = default;
        _getId(ref id);
        if (!_isFirst && (id.High < _last.High || (id.High == _last.High && id.Low <= _last.Low)))
            throw new InvalidOperationException(
                $"{SensorWindowingEstimator.Stage} needs rows in the order in which they were recorded, and row {_cursor.Position} has the "
                + $"id {Text(id)} behind {Text(_last)}: cut windows before rows are shuffled or sampled, and shuffle the windows.");
        var isHole = !_isFirst && !_mayHaveHoles && (id.High != _last.High || id.Low != _last.Low + 1);
        if (isHole && (id.High != _last.High || _leftOut?.TryEnd(_last.Low, id.Low, group, runs) != true))
            runs.EndAll(RunEnd.LeftOut);
        (_last, _isFirst) = (id, false);
    }

    /// <inheritdoc/>
    public void Dispose() => _leftOut?.Dispose();

    private static string Text(DataViewRowId id) => id.High == 0 ? $"{id.Low}" : $"{id}";
}
