using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TextCuratingTransformer), null, typeof(SignatureLoadModel), "Text curation", TextCuratingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Leaves out rows whose text rules of quality reject, or that were there before.</summary>
/// <remarks>
/// Rows are decided on anew by each cursor, from the first on: append a cache checkpoint where they are read several times.
/// </remarks>
public sealed class TextCuratingTransformer : ITransformer
{
    internal const string LoaderSignature = "TinyLlmCurateText";

    private readonly string _inputColumnName;
    private readonly CorpusOptions _options;

    internal TextCuratingTransformer(string inputColumnName, CorpusOptions options) =>
        (_inputColumnName, _options) = (inputColumnName, options);

    /// <summary>Gets that a row's place depends on those before: there is no mapping of single rows.</summary>
    public bool IsRowToRowMapper => false;

    /// <summary>Gets what the cursor that was opened last has kept and rejected so far; null before there was one.</summary>
    public CorpusReport? Report { get; internal set; }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_inputColumnName, TextDataViewType.Instance, TextCuratingEstimator.Stage);
        return inputSchema;
    }

    /// <summary>Throws: whether a row stays depends on the rows before it.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        throw new InvalidOperationException(
            $"{TextCuratingEstimator.Stage} decides on a row by those before it, so it cannot map a single row: "
            + "leave it out of what a prediction engine runs.");

    /// <summary>Returns the rows that stay; no row is read before a cursor moves.</summary>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var text = input.Schema.Require(_inputColumnName, TextDataViewType.Instance, TextCuratingEstimator.Stage);
        return new CuratedDataView(input, text, () =>
        {
            var curator = new CorpusCurator(_options);
            Report = curator.Report;
            return curator;
        });
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_inputColumnName);
        ctx.SaveNonEmptyString(SavedJson.Write(_options));
    }

    private static TextCuratingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var inputColumnName = ctx.LoadNonEmptyString();
        return new TextCuratingTransformer(
            inputColumnName, SavedJson.Read<CorpusOptions>(ctx.LoadNonEmptyString())
                ?? throw new FormatException("The saved pipeline lacks the rules of its curation."));
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMCURAT", LoaderSignature);
}
