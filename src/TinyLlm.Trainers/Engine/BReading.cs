namespace TinyLlm.Trainers.Engine;

/// <summary>Where the items of a product read B.</summary>
internal enum BReading
{
    /// <summary>In a panel that all workers packed before.</summary>
    SharedPanel,

    /// <summary>In a panel of the worker's own, into which each item packs the columns that it multiplies.</summary>
    OwnPanel,

    /// <summary>Where it stands.</summary>
    InPlace,
}
