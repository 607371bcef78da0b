namespace TinyLlm.Transforms;

/// <summary>What is done where rows do not follow each other at the sample interval.</summary>
public enum WindowGap
{
    /// <summary>An error names the row.</summary>
    Error,

    /// <summary>Values at equal distances are interpolated linearly between the rows; labels are those of the nearest row.</summary>
    Interpolate,
}
