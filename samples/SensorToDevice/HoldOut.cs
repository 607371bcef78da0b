namespace SensorToDevice;

/// <summary>Which rows are kept to test on, where no file of them is given.</summary>
internal enum HoldOut
{
    /// <summary>The last fifth of the groups, at least one.</summary>
    Groups,

    /// <summary>The last fifth of each label's rows.</summary>
    Labels,

    /// <summary>The last fifth of all rows.</summary>
    Rows,
}
