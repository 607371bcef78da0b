using System.Text.Json;
using System.Text.Unicode;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Saving;

[TestClass]
public sealed class SavedJsonTests
{
    private static readonly TinyGptOptions Engine = new() { Threads = 2, ContextLength = 64, UseMemoryMap = false };

    private static readonly SensorTemplateOptions Template = new()
    {
        Channels = [new("x", "m/s²", 3), new("\"<y>\"")],
        SampleInterval = 0.1,
    };

    private static readonly SensorBinOptions Bins = new() { Channels = ["x"], Form = SensorTextForm.Deltas, Seed = 7 };

    private static readonly ModelVocabulary Vocabulary = new()
    {
        Tokens = ["a", "Ġ", "<|end|>"],
        Merges = ["Ġ a"],
        Kinds = [TokenKind.Normal, TokenKind.Byte, TokenKind.Control],
        EndToken = 2,
    };

    /// <summary>Gets settings of every kind, few of them at their defaults.</summary>
    public static IEnumerable<object[]> Settings =>
    [
        [new ClassifyOptions { Labels = ["idle", "größer"], Temperature = 1.1, AbstainBelow = 0.25, Engine = Engine }],
        [new EmbedOptions { OutputColumnName = "Vector", BatchRows = 3, Engine = Engine }],
        [new GenerateOptions { Generation = new() { TopK = 5, TopP = 0.9f, Seed = 4, StopTexts = ["\n"] }, UsePromptTemplate = false }],
        [new PerplexityOptions { InputColumnName = "Line", ModelColumnName = "Model" }],
        [new SensorWindowingOptions { GroupColumnName = "Trial", Windows = new() { Length = 8, Hop = 4, Gap = WindowGap.Interpolate } }],
        [new SensorTextOptions { ChannelsFirst = true, Template = Template }],
        [new SensorTextOptions { OutputColumnName = "Written", Bins = Bins }],
        [new CorpusOptions { LanguageRanges = [UnicodeRanges.Cyrillic], BoilerplatePhrases = ["a \\ b"], MaximumOverlap = null, Seed = 3 }],
        [Vocabulary],
    ];

    // Reflection wrote saved pipelines before, and still does here.
    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void Write_EachSettings_IsWhatReflectionWrites(object settings) =>
        Assert.AreEqual(JsonSerializer.Serialize(settings, settings.GetType()), SavedJson.Write(settings));

    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void Read_WhatReflectionWrote_IsTheSame(object settings)
    {
        var text = JsonSerializer.Serialize(settings, settings.GetType());
        Assert.AreEqual(text, settings switch
        {
            ClassifyOptions => Again<ClassifyOptions>(text),
            EmbedOptions => Again<EmbedOptions>(text),
            GenerateOptions => Again<GenerateOptions>(text),
            PerplexityOptions => Again<PerplexityOptions>(text),
            SensorWindowingOptions => Again<SensorWindowingOptions>(text),
            SensorTextOptions => Again<SensorTextOptions>(text),
            CorpusOptions => Again<CorpusOptions>(text),
            _ => Again<ModelVocabulary>(text),
        });
    }

    // As in pipelines that were saved before a setting existed.
    [TestMethod]
    public void Read_TextWithoutSettings_HasTheirDefaults()
    {
        Assert.AreEqual(SavedJson.Write(new ClassifyOptions()), Again<ClassifyOptions>("{}"));
        Assert.AreEqual(SavedJson.Write(new EmbedOptions()), Again<EmbedOptions>("{}"));
        Assert.AreEqual(SavedJson.Write(new GenerateOptions()), Again<GenerateOptions>("""{"Generation":{},"Engine":{}}"""));
        Assert.AreEqual(SavedJson.Write(new PerplexityOptions()), Again<PerplexityOptions>("""{"Engine":{}}"""));
        Assert.AreEqual(SavedJson.Write(new SensorWindowingOptions()), Again<SensorWindowingOptions>("""{"Windows":{}}"""));
        Assert.AreEqual(SavedJson.Write(new CorpusOptions()), Again<CorpusOptions>("{}"));
        Assert.AreEqual(
            SavedJson.Write(new SensorTextOptions { Bins = new() { Channels = ["x"] }, Template = new() { Channels = [] } }),
            Again<SensorTextOptions>("""{"Bins":{"Channels":["x"]},"Template":{"Channels":[]}}"""));
    }

    [TestMethod]
    public void Read_WhatIsNoSettings_IsRefused()
    {
        Assert.IsNull(SavedJson.Read<EmbedOptions>("null"));
        Assert.ThrowsExactly<JsonException>(() => SavedJson.Read<EmbedOptions>("[]"));
        StringAssert.Contains(
            Assert.ThrowsExactly<JsonException>(() => SavedJson.Read<ModelVocabulary>("{}")).Message, "missing required properties");
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => SavedJson.Write(new object[1])).Message, "Object[]");
    }

    private static string Again<T>(string text) => SavedJson.Write(SavedJson.Read<T>(text)!);
}
