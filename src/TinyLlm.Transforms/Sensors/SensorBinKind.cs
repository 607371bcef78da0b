namespace TinyLlm.Transforms;

/// <summary>How the range of a channel is cut into bins.</summary>
public enum SensorBinKind
{
    /// <summary>Bins of equal width.</summary>
    Uniform,

    /// <summary>Bins that hold equally many of the fitted values; fewer bins where values repeat much.</summary>
    Quantile,
}
