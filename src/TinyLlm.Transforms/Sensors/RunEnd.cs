namespace TinyLlm.Transforms;

/// <summary>Why the rows of a group do not go on behind its last one.</summary>
internal enum RunEnd
{
    /// <summary>The stream is over.</summary>
    EndOfRows,

    /// <summary>Rows between were left out, by a filter or a split.</summary>
    LeftOut,

    /// <summary>The next row comes later than <see cref="SensorWindowOptions.MaximumGap"/> allows.</summary>
    TimeGap,

    /// <summary>The next row is earlier.</summary>
    TimeFalls,

    /// <summary>Other groups took its place among <see cref="SensorWindowOptions.MaximumOpenGroups"/>.</summary>
    OtherGroups,
}
