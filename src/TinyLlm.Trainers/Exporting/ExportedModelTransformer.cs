using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(ExportedModelTransformer), null, typeof(SignatureLoadModel), "Exported language model",
    ExportedModelTransformer.LoaderSignature)]

namespace TinyLlm.Trainers;

/// <summary>Lets rows through; the file was written when the pipeline was fitted.</summary>
public sealed class ExportedModelTransformer : RowTransformer
{
    internal const string LoaderSignature = "TinyLlmExportedModel";

    internal ExportedModelTransformer(string path) => Path = path;

    /// <summary>Gets the path that the file was written to.</summary>
    public string Path { get; }

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => new Mapper(inputSchema);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(Path);
    }

    private static ExportedModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new ExportedModelTransformer(ctx.LoadNonEmptyString());
    }

    private static VersionInfo GetVersionInfo() =>
        ModelVersions.First("TLMXPORT", LoaderSignature, typeof(ExportedModelTransformer).Assembly);

    private sealed class Mapper(DataViewSchema inputSchema) : ComputedColumnsMapper(inputSchema, [], [])
    {
        public override RowValues Compute(DataViewRow input) =>
            throw new InvalidOperationException("There is nothing to compute.");
    }
}
