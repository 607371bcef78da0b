using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(TokenizingTransformer), null, typeof(SignatureLoadModel), "Byte-level BPE", TokenizingTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Turns a text column into tokens by byte-level BPE.</summary>
public sealed class TokenizingTransformer : RowTransformer
{
    internal const string LoaderSignature = "TinyLlmTokenize";

    private const string VocabularyStream = "Vocabulary.json";

    private readonly string _outputColumnName;
    private readonly string _inputColumnName;

    internal TokenizingTransformer(BytePairTokenizer tokenizer, string outputColumnName, string inputColumnName) =>
        (Tokenizer, _outputColumnName, _inputColumnName) = (tokenizer, outputColumnName, inputColumnName);

    /// <summary>Gets the tokenizer, with the vocabulary that a model is trained with.</summary>
    public BytePairTokenizer Tokenizer { get; }

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) =>
        new Mapper(
            inputSchema, inputSchema.Require(_inputColumnName, TextDataViewType.Instance, TokenizingEstimator.Stage), _outputColumnName,
            Tokenizer);

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_outputColumnName);
        ctx.SaveNonEmptyString(_inputColumnName);
        ctx.SaveTextStream(VocabularyStream, writer => writer.Write(SavedJson.Write(Tokenizer.Vocabulary)));
    }

    private static TokenizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var (outputColumnName, inputColumnName) = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        ModelVocabulary? vocabulary = null;
        ctx.TryLoadTextStream(VocabularyStream, reader => vocabulary = SavedJson.Read<ModelVocabulary>(reader.ReadToEnd()));
        return vocabulary is null
            ? throw new FormatException($"The saved pipeline lacks '{VocabularyStream}'.")
            : new TokenizingTransformer(new BytePairTokenizer(vocabulary), outputColumnName, inputColumnName);
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMTOKEN", LoaderSignature);

    private sealed class Mapper(
        DataViewSchema inputSchema, DataViewSchema.Column text, string outputColumnName, BytePairTokenizer tokenizer)
        : ComputedColumnsMapper(inputSchema, [text], [new(outputColumnName, new VectorDataViewType(NumberDataViewType.Int32))])
    {
        public override RowValues Compute(DataViewRow input) =>
            new Values(input.GetGetter<ReadOnlyMemory<char>>(text), tokenizer);
    }

    private sealed class Values(ValueGetter<ReadOnlyMemory<char>> getText, BytePairTokenizer tokenizer) : RowValues
    {
        private readonly List<int> _tokens = [];
        private ReadOnlyMemory<char> _text;

        public override Delegate CreateGetter(int output) => (ValueGetter<VBuffer<int>>)((ref VBuffer<int> value) =>
        {
            getText(ref _text);
            _tokens.Clear();
            tokenizer.EncodeToIds(_text.Span, _tokens);
            var editor = VBufferEditor.Create(ref value, _tokens.Count);
            CollectionsMarshal.AsSpan(_tokens).CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
