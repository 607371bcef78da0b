using TinyLlm.Transforms;

namespace Microsoft.ML;

/// <summary>The stages that turn sensor rows into windows and text.</summary>
public static class SensorsCatalog
{
    /// <summary>Cuts a stream of sensor rows into windows of equally many samples.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of the windows, vectors <c>[samples, channels]</c>.</param>
    /// <param name="inputColumnName">The column of the channels' values, a vector or a number; the output's
    /// name where it is left out.</param>
    /// <param name="length">The samples of a window.</param>
    /// <param name="hop">The samples from one window's beginning to the next one's; as many as a window has where it is left out.</param>
    /// <param name="groupColumnName">The column that a window never mixes; rows of different groups may alternate.</param>
    /// <param name="labelColumnName">The column of what rows are examples of.</param>
    /// <param name="timeColumnName">The column of times: behind a gap, windows begin anew.</param>
    public static SensorWindowingEstimator CutWindows(
        this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName = null, int length = 50, int? hop = null,
        string? groupColumnName = null, string? labelColumnName = null, string? timeColumnName = null) =>
        new(catalog.Context, new SensorWindowingOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            GroupColumnName = groupColumnName,
            LabelColumnName = labelColumnName,
            TimeColumnName = timeColumnName,
            Windows = new SensorWindowOptions { Length = length, Hop = hop },
        });

    /// <inheritdoc cref="CutWindows(TinyLlmCatalog, string, string?, int, int?, string?, string?, string?)"/>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static SensorWindowingEstimator CutWindows(this TinyLlmCatalog catalog, SensorWindowingOptions options) =>
        new(catalog.Context, options);

    /// <summary>Writes windows as text with bins that are learned from the rows: a few symbols instead of many digits.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The text column.</param>
    /// <param name="inputColumnName">The column of the windows; the output's name where it is left out.</param>
    /// <param name="channels">The names of the channels, in their order.</param>
    public static SensorTextEstimator SensorText(
        this TinyLlmCatalog catalog, string outputColumnName, string? inputColumnName, params string[] channels) =>
        new(new SensorTextOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Bins = new SensorBinOptions { Channels = [.. channels] },
        });

    /// <summary>Writes windows as text, by a template or by learned bins.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static SensorTextEstimator SensorText(this TinyLlmCatalog catalog, SensorTextOptions options) => new(options);
}
