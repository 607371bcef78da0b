namespace TinyLlm.Transforms;

/// <summary>Which label a window of labelled rows gets.</summary>
public enum WindowLabel
{
    /// <summary>The most frequent one; of equally frequent ones the one that stands last.</summary>
    Majority,

    /// <summary>That of the last row.</summary>
    Last,
}
