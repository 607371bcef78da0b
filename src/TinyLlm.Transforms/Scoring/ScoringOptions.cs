using System.Collections.Immutable;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>What every stage that runs a model has in common.</summary>
public abstract record ScoringOptions
{
    private protected ScoringOptions()
    {
    }

    /// <summary>Gets the text column that the model reads. Default <c>Text</c>.</summary>
    public string InputColumnName { get; init; } = "Text";

    /// <summary>Gets the column that carries the model. Default <c>LanguageModel</c>.</summary>
    public string ModelColumnName { get; init; } = LanguageModelColumn.DefaultName;

    /// <summary>Gets how the model is run.</summary>
    public TinyGptOptions Engine { get; init; } = new();

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        AddProblems(problems);
        if (problems.Count > 0)
            throw new ArgumentException($"{GetType().Name} are not valid: {string.Join("; ", problems)}.");
    }

    private protected virtual void AddProblems(List<string> problems)
    {
        Require(problems, !string.IsNullOrEmpty(InputColumnName), $"{nameof(InputColumnName)} is empty");
        Require(problems, !string.IsNullOrEmpty(ModelColumnName), $"{nameof(ModelColumnName)} is empty");
        Require(problems, Engine is not null, $"{nameof(Engine)} is missing");
        if (Engine is not null)
            Nested(problems, Engine.Validate);
    }

    private protected static void Require(List<string> problems, bool isMet, string problem)
    {
        if (!isMet)
            problems.Add(problem);
    }

    private protected static void RequireLabels(List<string> problems, ImmutableArray<string> labels)
    {
        const string Name = nameof(ClassifyOptions.Labels);
        Require(problems, !labels.IsDefault, $"{Name} is not initialized");
        if (labels.IsDefault)
            return;
        Require(problems, labels.Length != 1, $"{Name} has one label; at least 2 are expected");
        Require(problems, !labels.Any(string.IsNullOrEmpty), $"{Name} has an empty label");
        Require(problems, labels.Distinct(StringComparer.Ordinal).Count() == labels.Length, $"{Name} has a label twice");
    }

    private protected static void Nested(List<string> problems, Action validate)
    {
        var (isMet, problem) = OptionChecks.Nested(validate);
        Require(problems, isMet, problem);
    }
}
