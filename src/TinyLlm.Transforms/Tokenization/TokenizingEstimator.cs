using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>Turns a text column into tokens by byte-level BPE, and learns the vocabulary from the rows where it is asked to.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Where it learns a vocabulary |
/// | Input column data type | <xref:Microsoft.ML.Data.TextDataViewType> |
/// | Output column data type | Variable-size vector of <xref:System.Int32> |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class TokenizingEstimator : IEstimator<TokenizingTransformer>
{
    internal const string Stage = "Tokenize";

    private readonly TokenizeOptions _options;

    internal TokenizingEstimator(TokenizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Learns the vocabulary, if it is to be learned.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public TokenizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = input.Schema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        var vocabulary = _options.Vocabulary
            ?? (_options.Training is { } training
                ? Learn(training, input, column)
                : LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, Stage).Vocabulary);
        return new TokenizingTransformer(new BytePairTokenizer(vocabulary), _options.OutputColumnName, _options.InputColumnName);
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_options.TakesModel)
            LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, Stage);
        inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, Stage);
        return inputSchema.With(
            new SchemaShape.Column(
                _options.OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Int32, isKey: false));
    }

    private static ModelVocabulary Learn(BytePairTrainerOptions options, IDataView input, DataViewSchema.Column column) =>
        new BytePairTrainer(options with { ReservedTokens = ReservedTokensAnnotation.Join(options.ReservedTokens, column) })
            .Train(TextGetter.ReadAll(input, column, Stage).OfType<string>());
}
