namespace SensorToDevice;

/// <summary>
/// Numbers the runs of rows that windows may be cut from: rows of one group and one label that follow each other in their group. Groups
/// may alternate, as devices do that write into one file; a row that lacks a value ends the run of its group.
/// </summary>
internal sealed class Runs
{
    private readonly Dictionary<string, (string Label, int Run)> _last = [];
    private int _count;

    /// <summary>Returns the run of the next row.</summary>
    public string Next(SensorRow row, bool isWhole)
    {
        var goesOn = _last.TryGetValue(row.Group, out var last) && last.Label == row.Label;
        var run = goesOn ? last.Run : ++_count;
        if (isWhole)
            _last[row.Group] = (row.Label, run);
        else
            _last.Remove(row.Group);
        return $"{run}";
    }
}
