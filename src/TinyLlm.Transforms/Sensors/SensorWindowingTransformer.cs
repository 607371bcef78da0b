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

    private readonly SensorWindowingOptions _options;

    internal SensorWindowingTransformer(SensorWindowingOptions options) => _options = options;

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

    /// <summary>Returns the windows; no row is read before a cursor moves.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new SensorWindowDataView(input, new SensorWindowColumns(input.Schema, _options));
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
            SavedJson.Read<SensorWindowingOptions>(ctx.LoadNonEmptyString())
                ?? throw new FormatException("The saved pipeline lacks the settings of its windows."));
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMWINDW", LoaderSignature);
}
