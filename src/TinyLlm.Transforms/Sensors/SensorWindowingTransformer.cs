using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(SensorWindowingTransformer), null, typeof(SignatureLoadModel), "Sensor windows", SensorWindowingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Cuts a stream of sensor rows into windows.</summary>
public sealed class SensorWindowingTransformer : ITransformer
{
    internal const string LoaderSignature = "TinyLlmCutWindows";
    internal const string Values = "Single or a known-size vector of it";

    private readonly IHostEnvironment _environment;
    private readonly SensorWindowingOptions _options;

    internal SensorWindowingTransformer(IHostEnvironment environment, SensorWindowingOptions options) =>
        (_environment, _options) = (environment, options);

    /// <summary>Gets the settings, with what was learned of the rows' times.</summary>
    public SensorWindowingOptions Options => _options;

    /// <summary>Gets that windows are no rows of the input: there is no mapping of single rows.</summary>
    public bool IsRowToRowMapper => false;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SensorWindowColumns(inputSchema, _options).OutputSchema;
    }

    /// <summary>Throws: a window is made of many rows.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException(
            $"{SensorWindowingEstimator.Stage} makes one row of many, so it cannot map a single row: "
            + "give a prediction engine whole windows.");

    /// <summary>
    /// Returns the windows; no row is read before a cursor moves. Where there are rows enough for a window and yet there is none, the
    /// cursor throws an <see cref="InvalidOperationException"/> at the end, which says why. With fewer rows than a window has, or none,
    /// there are no windows, and a warning in the log. The log has the counts of windows, runs and what ended them.
    /// </summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SensorWindowDataView(_environment, input, new SensorWindowColumns(input.Schema, _options));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(SavedJson.Write(_options));
    }

    private static SensorWindowingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new SensorWindowingTransformer(
            env,
            SavedJson.Read<SensorWindowingOptions>(ctx.LoadNonEmptyString())
                ?? throw new FormatException("The saved pipeline lacks the settings of its windows."));
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMWINDW", LoaderSignature);
}
