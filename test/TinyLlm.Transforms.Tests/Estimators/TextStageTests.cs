using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms.Tests.Estimators;

[TestClass]
public sealed class TextStageTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void Tokenize_Contract_Holds()
    {
        var data = Texts();
        var refused = Context.Transforms.DropColumns("Text").Fit(data).Transform(data);
        EstimatorContract.Check(Context.TinyLlm().Tokenize("Tokens", "Text", TinyModels.Vocabulary()), data, refused);
        EstimatorContract.Check(
            Context.TinyLlm().Tokenize(new TokenizeOptions { Training = new BytePairTrainerOptions { VocabularySize = 300 } }),
            data,
            refused);
    }

    [TestMethod]
    public void Tokenize_Trained_HasTheTokensOfThePlainTypes()
    {
        var data = Texts();
        var training = new BytePairTrainerOptions { VocabularySize = 300, ReservedTokens = ["<7>"] };
        var transformer = Context.TinyLlm().Tokenize(new TokenizeOptions { Training = training }).Fit(data);
        var plain = new BytePairTokenizer(new BytePairTrainer(training).Train(data.GetColumn<string>("Text")));
        Assert.AreEqual(plain.Vocabulary, transformer.Tokenizer.Vocabulary);
        foreach (var (text, tokens) in data.GetColumn<string>("Text").Zip(transformer.Transform(data).GetColumn<int[]>("Tokens")))
            CollectionAssert.AreEqual(plain.EncodeToIds(text), tokens);
    }

    [TestMethod]
    public void Tokenize_WithoutVocabulary_TakesTheModels()
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(TinyLlm.Gguf.ModelKind.Gpt2).Save(folder.PathOf("model.gguf"));
        var tiny = Context.TinyLlm();
        using var chain = tiny.LoadModel(folder.PathOf("model.gguf")).Append(tiny.Tokenize("Tokens", "Text")).Fit(Texts());
        Assert.HasCount(
            Texts().GetColumn<string>("Text").First().Length,
            chain.Transform(Texts()).GetColumn<int[]>("Tokens").First(),
            "Every byte is a token.");
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tiny.Tokenize("Tokens", "Text").Fit(Texts()));
        StringAssert.Contains(
            error.Message,
            "Column 'LanguageModel' is missing: add a stage that makes a language model, such as LoadModel, before Tokenize.");
    }

    [TestMethod]
    public void CurateText_Contract_Holds()
    {
        var data = Texts();
        EstimatorContract.Check(
            Context.TinyLlm().CurateText(options: Rules), data, Context.Transforms.DropColumns("Text").Fit(data).Transform(data));
    }

    [TestMethod]
    public void CurateText_Rows_AreThoseThatTheCuratorKeeps()
    {
        var data = Texts();
        var transformer = Context.TinyLlm().CurateText(options: Rules).Fit(data);
        var curator = new CorpusCurator(Rules);
        var kept = curator.Curate(data.GetColumn<string>("Text").Select((text, i) => new CorpusDocument($"{i}", text))).ToArray();
        var output = transformer.Transform(data);
        CollectionAssert.AreEqual(kept.Select(document => document.Text).ToArray(), output.GetColumn<string>("Text").ToArray());
        CollectionAssert.AreEqual(
            kept.Select(document => document.Name).ToArray(),
            output.GetColumn<string>("Name").ToArray(),
            "All columns stay with their text.");
        Assert.AreEqual(curator.Report.Rejections.Values.Sum(), transformer.Report!.Rejections.Values.Sum());
        Assert.IsGreaterThan(0, transformer.Report.Rejections[CorpusRejection.ExactDuplicate]);
    }

    [TestMethod]
    public void SaveTokens_Column_IsAShardOfDocuments()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = new BytePairTokenizer(TinyModels.Vocabulary());
        var count = Context.TinyLlm().SaveTokens(Texts(), folder.PathOf("train.bin"), tokenizer);
        using var shard = TokenShardReader.Open(folder.PathOf("train.bin"));
        var tokens = new int[shard.Count];
        shard.Read(0, tokens);
        Assert.AreEqual(count, shard.Count);
        CollectionAssert.AreEqual(
            Texts().GetColumn<string>("Text").SelectMany(text => new[] { 256 }.Concat(tokenizer.EncodeToIds(text))).ToArray(), tokens);
    }

    [TestMethod]
    public void LoadDocuments_Folder_AreRowsWithNames()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("a.txt"), "first");
        File.WriteAllText(folder.PathOf("b.txt"), "second");
        var data = Context.TinyLlm().LoadDocuments(CorpusReader.ReadFolder(folder.Root));
        CollectionAssert.AreEqual(new[] { "first", "second" }, data.GetColumn<string>("Text").ToArray());
        Assert.IsTrue(data.GetColumn<string>("Name").First().EndsWith("a.txt", StringComparison.Ordinal));
    }

    private static CorpusOptions Rules =>
        new() { MinimumCharacters = 5, MaximumSymbolShare = 0.6, MinimumLanguageShare = null, MaximumOverlap = null };

    private static IDataView Texts() => Context.TinyLlm().LoadDocuments(
        new[]
        {
            "The window moved up.",
            "0.5 0.25 0.125",
            "up",
            "The window moved down.",
            "The window moved up.",
            "<7><7> and more words",
            "quiet",
        }
            .Select((text, i) => new CorpusDocument($"{i}", text)));
}
