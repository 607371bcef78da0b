namespace SensorToDevice;

/// <summary>A window with its label.</summary>
internal sealed class WindowRow
{
    /// <summary>Gets or sets the numbers: <c>[samples, channels]</c> where rows were cut, all samples of a channel together where a row is
    /// a window.</summary>
    public float[] Window { get; set; } = [];

    /// <summary>Gets or sets what the window is an example of.</summary>
    public string Label { get; set; } = "";

    /// <summary>Gets or sets what stays on one side where training holds windows out: those that follow each other and overlap.</summary>
    public string Block { get; set; } = "";
}
