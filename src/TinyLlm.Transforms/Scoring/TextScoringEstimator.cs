using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace TinyLlm.Transforms;

/// <summary>Checks the columns that running a model needs. Public for its subclasses; only this library can derive from it.</summary>
/// <typeparam name="TTransformer">What fitting gives.</typeparam>
public abstract class TextScoringEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : TextScoringTransformer
{
    private readonly ScoringOptions _options;
    private readonly string _stage;

    private protected TextScoringEstimator(IHostEnvironment environment, ScoringOptions options, string stage)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (Environment, _options, _stage) = (environment, options, stage);
    }

    private protected IHostEnvironment Environment { get; }

    /// <summary>Checks the schema; no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ = LanguageModelColumn.Find(input.Schema, _options.ModelColumnName, _stage);
        var transformer = Create(input.Schema);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <summary>Returns the schema that the fitted transformer will give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        LanguageModelColumn.Check(inputSchema, _options.ModelColumnName, _stage);
        inputSchema.Require(_options.InputColumnName, TextDataViewType.Instance, _stage);
        return inputSchema.With(Outputs(inputSchema));
    }

    private protected abstract TTransformer Create(DataViewSchema inputSchema);

    private protected abstract SchemaShape.Column[] Outputs(SchemaShape inputSchema);
}
