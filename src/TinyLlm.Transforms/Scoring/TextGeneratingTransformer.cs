using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TextGeneratingTransformer), null, typeof(SignatureLoadModel), "Text generation by a language model",
    TextGeneratingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Generates, for each row, the text that the model writes behind the row's text.</summary>
public sealed class TextGeneratingTransformer : TextScoringTransformer
{
    internal const string LoaderSignature = "TinyLlmGenerate";

    private static readonly VersionInfo Version = ModelVersions.First("TLMGENER", LoaderSignature);

    private readonly GenerateOptions _options;

    internal TextGeneratingTransformer(IHostEnvironment environment, GenerateOptions options)
        : base(environment, options, Version) => _options = options;

    private protected override string Stage => TextGeneratingEstimator.Stage;

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema)
    {
        var model = Model(inputSchema);
        return new TextScoringMapper<string>(
            inputSchema, Text(inputSchema),
            [new(_options.OutputColumnName, TextDataViewType.Instance)],
            batchRows: 1,
            texts => [.. texts.Select(text => Generate(Engine(model), text))],
            (_, current) => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = current().AsMemory()),
            ended: static () => { });
    }

    // With a template the generation ends where a response does.
    private string Generate(TinyGptPredictionEngine engine, string text)
    {
        if (!_options.UsePromptTemplate || engine.PromptTemplate is not { } template)
            return engine.Generate(text, _options.Generation);
        var options = template.End.Length > 0
            ? _options.Generation with { StopTexts = [.. _options.Generation.StopTexts, template.End] }
            : _options.Generation;
        return template.ReadResponse(engine.Generate(template.Format(text), options));
    }

    private static TextGeneratingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, Load<GenerateOptions>(ctx, Version));
}
