using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Scoring;

[TestClass]
public sealed class ScoringContractTests
{
    // llama.cpp sums in another order when rows share a call; sums of hundreds of 32-bit numbers then differ by about 1e-5.
    private const double Tolerance = 1e-4;

    [TestMethod]
    public void LoadModel_Contract_Holds()
    {
        using var fixture = new ScoringFixture();
        var estimator = fixture.Context.TinyLlm().LoadModel(fixture.Path);
        var transformer = estimator.Fit(fixture.Data);
        var output = transformer.Transform(fixture.Data);
        var promised = estimator.GetOutputSchema(SchemaShape.Create(fixture.Data.Schema));
        Assert.IsTrue(promised.TryFindColumn("LanguageModel", out var column));
        Assert.AreEqual(
            "String {LanguageModel}",
            $"{column.ItemType} {{{string.Join(", ", column.Annotations.Select(annotation => annotation.ItemType))}}}");
        Assert.IsInstanceOfType<TextDataViewType>(output.Schema["LanguageModel"].Type);
        Assert.AreSame(transformer.Model, output.Schema.GetLanguageModel());
        Assert.AreEqual("llama, 115,072 parameters, F32", output.GetColumn<string>("LanguageModel").First());
        Assert.ThrowsExactly<FileNotFoundException>(() => fixture.Context.TinyLlm().LoadModel("nowhere.gguf"));
    }

    [TestMethod]
    public void Classify_Contract_Holds()
    {
        using var fixture = new ScoringFixture();
        EstimatorContract.Check(
            fixture.Context.TinyLlm().Classify(new ClassifyOptions { Engine = ScoringFixture.Exact }),
            fixture.WithModel,
            fixture.Without("Text"),
            Tolerance);
        EstimatorContract.Check(
            fixture.Context.TinyLlm().Classify(new ClassifyOptions
            {
                Labels = ["a", "bc"],
                LabelColumnName = null,
                BatchRows = 4,
                AbstainBelow = 0.6,
                Engine = ScoringFixture.Exact,
                PredictedLabelColumnName = "Chosen",
            }),
            fixture.WithModel, fixture.Without("LanguageModel"), Tolerance);
    }

    [TestMethod]
    public void Generate_Contract_Holds()
    {
        using var fixture = new ScoringFixture();
        var options = new GenerationOptions { MaximumTokens = 5, StopTexts = ["q"] };
        EstimatorContract.Check(fixture.Context.TinyLlm().Generate("More", "Text", options), fixture.WithModel, fixture.Without("Text"));
    }

    [TestMethod]
    public void Embed_Contract_Holds()
    {
        using var fixture = new ScoringFixture();
        EstimatorContract.Check(
            fixture.Context.TinyLlm().Embed(new EmbedOptions { Engine = ScoringFixture.Exact }),
            fixture.WithModel,
            fixture.Without("Text"),
            Tolerance);
    }

    [TestMethod]
    public void Perplexity_Contract_Holds()
    {
        using var fixture = new ScoringFixture();
        EstimatorContract.Check(
            fixture.Context.TinyLlm().Perplexity(new PerplexityOptions { Engine = ScoringFixture.Exact }),
            fixture.WithModel,
            fixture.Without("LanguageModel"),
            Tolerance);
    }
}
