namespace SensorToDevice;

/// <summary>One row of the file.</summary>
internal sealed class SensorRow
{
    /// <summary>Gets or sets the numbers, all samples of a channel before those of the next.</summary>
    public float[] Values { get; set; } = [];

    /// <summary>Gets or sets what the row is an example of.</summary>
    public string Label { get; set; } = "";

    /// <summary>Gets or sets what stays on one side of the split.</summary>
    public string Group { get; set; } = "";

    /// <summary>Gets or sets the run of rows of one group and one label that the row is in: no window reaches over its end.</summary>
    public string Run { get; set; } = "";
}
