using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>
/// Finds out of which groups the rows were that filters and splits left out, by the data view in front of them: a split by groups leaves
/// none out of the groups that it keeps, also where their rows alternate.
/// </summary>
internal sealed class LeftOutRows(IDataView source, DataViewSchema.Column group) : IDisposable
{
    private DataViewRowCursor? _cursor;
    private ValueGetter<DataViewRowId>? _getId;
    private Func<object>? _getGroup;
    private ulong _id;
    private bool _isOver;

    /// <summary>
    /// Ends the runs of the groups of the rows whose ids are between two others, of which the second is of a known group; returns whether
    /// the groups of all these rows are known.
    /// </summary>
    public bool TryEnd(ulong after, ulong before, object groupBefore, IRunEnds<object> runs)
    {
        Open();
        while (!_isOver && _id <= after)
            Move();
        for (var id = after + 1; id < before; id++)
        {
            if (_isOver || _id != id)
                return false;
            runs.End(_getGroup!(), RunEnd.LeftOut);
            Move();
        }

        return !_isOver && _id == before && _getGroup!().Equals(groupBefore); // unless groups were renamed in between
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor?.Dispose();

    private void Open()
    {
        if (_cursor is not null || _isOver)
            return;
        if (Origin() is not { } origin)
        {
            _isOver = true;
            return;
        }

        var column = origin.Schema[group.Name];
        _cursor = origin.GetRowCursor([column]);
        (_getId, _getGroup) = (_cursor.GetIdGetter(), BoxedScalar.Reader(_cursor, column));
        Move();
    }

    private void Move()
    {
        var (before, isFirst) = (_id, _cursor!.Position < 0);
        _isOver = _isOver || !_cursor.MoveNext();
        if (_isOver)
            return;
        DataViewRowId id = default;
        _getId!(ref id);
        _id = id.Low;
        _isOver = id.High != 0 || (!isFirst && _id <= before); // no numbers in a row: it says nothing
    }

    // The data view farthest up that has the very column that is here: a stage that makes or changes it adds a column of another
    // index, and what was in front of that stage says nothing of groups. What comes before a view is internal to ML.NET; where a view
    // does not say, what was left out stays unknown, and all runs end.
    private IDataView? Origin()
    {
        IDataView? found = null;
        for (var view = Before(source); view is not null; view = Before(view))
        {
            if (view.Schema.GetColumnOrNull(group.Name) is not { } column || column.Index != group.Index || !column.Type.Equals(group.Type))
                break;
            found = view;
        }

        return found;
    }

    private static IDataView? Before(IDataView view) =>
        view.GetType().GetInterface("Microsoft.ML.Data.IDataTransform")?.GetProperty("Source")?.GetValue(view) as IDataView;
}
