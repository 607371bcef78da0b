using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(LanguageModelTransformer), null, typeof(SignatureLoadModel), "Language model", LanguageModelTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Gives a language model to the stages behind it: adds a column that carries it, and is saved with it.</summary>
public class LanguageModelTransformer : RowTransformer, IDisposable
{
    internal const string LoaderSignature = "TinyLlmLanguageModel";

    private const string GgufStream = "Model.gguf";

    private readonly string _outputColumnName;

    internal LanguageModelTransformer(LanguageModel model, string outputColumnName) =>
        (Model, _outputColumnName) = (model, outputColumnName);

    /// <summary>Gets the model.</summary>
    public LanguageModel Model { get; }

    /// <summary>Closes the model's file, if it was loaded from one; stages that use the model fail from then on.</summary>
    public void Dispose() => Model.Dispose();

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) => new Mapper(inputSchema, _outputColumnName, Model);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        SaveModel(ctx);
    }

    private protected void SaveModel(ModelSaveContext ctx)
    {
        ctx.SaveNonEmptyString(_outputColumnName);
        ctx.SaveBinaryStream(GgufStream, writer =>
        {
            writer.Flush();
            Model.Save(writer.BaseStream);
        });
    }

    private protected static (LanguageModel Model, string OutputColumnName) LoadModel(ModelLoadContext ctx)
    {
        var outputColumnName = ctx.LoadNonEmptyString();
        LanguageModel? model = null;
        ctx.TryLoadBinaryStream(GgufStream, reader =>
        {
            using var bytes = new MemoryStream();
            reader.BaseStream.CopyTo(bytes);
            model = LanguageModel.Load(bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        });
        return (model ?? throw new FormatException($"The saved pipeline lacks '{GgufStream}'."), outputColumnName);
    }

    private static LanguageModelTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (model, outputColumnName) = LoadModel(ctx);
        return new LanguageModelTransformer(model, outputColumnName);
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMMODEL", LoaderSignature);

    private sealed class Mapper(DataViewSchema inputSchema, string outputColumnName, LanguageModel model)
        : ComputedColumnsMapper(inputSchema, [], [LanguageModelColumn.Of(outputColumnName, model)])
    {
        public override RowValues Compute(DataViewRow input) => new Values(LanguageModelColumn.Describe(model));
    }

    private sealed class Values(string description) : RowValues
    {
        public override Delegate CreateGetter(int output) =>
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = description.AsMemory());
    }
}
