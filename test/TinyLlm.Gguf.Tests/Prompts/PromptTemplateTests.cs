namespace TinyLlm.Gguf.Tests.Prompts;

[TestClass]
public sealed class PromptTemplateTests
{
    private static readonly PromptTemplate Gesture = new()
    {
        Text = "{{task}} {instruction}\n{input} =>{response}",
        Instruction = "Name the {input} gesture.",
        End = "\n",
    };

    [TestMethod]
    public void Format_Parts_StandWhereTheTemplateSays()
    {
        Assert.AreEqual(
            "{task} Name the {input} gesture.\na {response} b =>", Gesture.Format("a {response} b"), "Parts are never read as a template.");
        Assert.AreEqual("{task} Name the {input} gesture.\nx =>Tap\n", Gesture.Format("x", "Tap"));
        Assert.AreEqual("\nInput: x\nResponse:\nTap", PromptTemplate.Default.Format("x", "Tap"));
        Assert.AreEqual("a {response} b", PromptTemplate.Plain.Format("a {response} b"));
        Assert.AreEqual("x Tap", PromptTemplate.Plain.Format("x", " Tap"));
    }

    [TestMethod]
    public void ReadResponse_GeneratedText_EndsBeforeTheEnd()
    {
        Assert.AreEqual("Tap", Gesture.ReadResponse(" Tap\nmore"));
        Assert.AreEqual("Tap", Gesture.ReadResponse("Tap"));
        Assert.AreEqual("Tap\nmore", PromptTemplate.Default.ReadResponse("Tap\nmore"));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Gesture.Format("x", "a\nb")).Message, "would be cut there; choose another end");
    }

    [TestMethod]
    public void From_MetadataOfASavedModel_IsEqualAndTheEngineHasIt()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        Assert.IsNull(PromptTemplate.From(model.Metadata));
        using var stream = new MemoryStream();
        model.WithMetadata(Gesture.AddTo(model.Metadata)).Save(stream);
        using var loaded = LanguageModel.Load(stream.ToArray());
        Assert.AreEqual(Gesture, PromptTemplate.From(loaded.Metadata));
        using var engine = TinyGptPredictionEngine.Open(stream.ToArray());
        Assert.AreEqual(Gesture, engine.PromptTemplate);
    }

    [TestMethod]
    public void From_BrokenMetadata_IsNamed()
    {
        var metadata = Gesture.AddTo(GgufMetadata.Empty);
        var message = Assert.ThrowsExactly<GgufFormatException>(
            () => PromptTemplate.From(metadata.With("tinyllm.prompt.template", "{input}"))).Message;
        StringAssert.Contains(
            message, "'tinyllm.prompt.template': The prompt template is not valid: {response} stands 0 times; once is expected");
        message = Assert.ThrowsExactly<GgufFormatException>(() => PromptTemplate.From(metadata.With("tinyllm.prompt.end", 3))).Message;
        StringAssert.Contains(message, "'tinyllm.prompt.end' must be a string but is 3 (Int32)");
    }

    [TestMethod]
    [DataRow("{input}{response}.", "{response} is not the last; what comes behind a response belongs into the end")]
    [DataRow("{input}{input}{response}", "{input} stands 2 times; once is expected")]
    [DataRow("{instruction}{instruction}{input}{response}", "{instruction} stands 2 times; at most once is expected")]
    [DataRow("{label}{input}{response}", "{label} is unknown; there are {instruction}, {input} and {response}")]
    [DataRow("}{input}{response}", "the '}' at 0 stands alone; write it twice for a brace")]
    [DataRow("{input}{response", "the '{' at 7 stands alone")]
    [DataRow("{input} {response}", "a space stands before {response}")]
    public void Text_WrongTemplate_IsRefused(string text, string problem) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new PromptTemplate { Text = text }).Message, problem);
}
