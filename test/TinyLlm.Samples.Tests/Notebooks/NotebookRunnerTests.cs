using System.Text.Json;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>The executor itself: what it runs, and that it fails where it must.</summary>
[TestClass]
[DoNotParallelize]
public sealed class NotebookRunnerTests
{
    [TestMethod]
    public async Task RunAsync_LaterCells_SeeEarlierOnes() => Assert.AreEqual("42 yes", await Last(
        "using System.Globalization;",
        "var a = 20;",
        "record Pair(int First, int Second);\nint Sum(Pair pair) => pair.First + pair.Second;",
        "await Task.Yield();\nvar b = Sum(new Pair(a, a + 2));\nstatic string Say(this bool value) => value ? \"yes\" : \"no\";",
        "a = 0;",
        "b.ToString(CultureInfo.InvariantCulture) + \" \" + (a == 0).Say()"));

    [TestMethod]
    public async Task RunAsync_EveryWayToShow_IsRecordedInOrder()
    {
        var shown = await RunAsync(Of("""
            Console.WriteLine("one");
            Console.Write("two");
            display("three");
            HTML("<b>four</b>").Display();
            "<i>five</i>".DisplayAs("text/html");
            Console.Write("six");
            "seven"
            """));
        CollectionAssert.AreEqual(
            new NotebookOutput[]
            {
                new(null, "one\ntwo"), new("text/plain", "three"), new("text/html", "<b>four</b>"),
                new("text/html", "<i>five</i>"), new(null, "six"), new("text/plain", "seven"),
            },
            shown.ToArray());
    }

    [TestMethod]
    public async Task RunAsync_PackageLine_GivesWhatDependsOnIt()
    {
        const string Use = "new Microsoft.ML.MLContext(seed: 1).TinyLlm().GetType().Name + TinyLlm.Gguf.GgufFileType.Q8_0";
        Assert.AreEqual("TinyLlmCatalogQ8_0", await Last($"#r \"nuget: TinyLlm.Trainers, *-*\"\nusing Microsoft.ML;\n{Use}"));
        Assert.AreEqual("Q8_0", await Last("#r \"nuget:TinyLlm.Gguf\"", "TinyLlm.Gguf.GgufFileType.Q8_0.ToString()"));
        await FailsAsync("The name 'MLContext'|The type or namespace name 'ML'", Use);
        await FailsAsync("The type or namespace name 'ML'", "#r \"nuget: TinyLlm.Gguf\"\nusing Microsoft.ML;");
    }

    [TestMethod]
    public async Task RunAsync_Evaluation_IsShownByItsOwnFormatter()
    {
        var shown = await Last("""
            #r "nuget: TinyLlm.Trainers"
            TinyLlm.Trainers.ClassificationEvaluation.Of("all", ["a", "b"], [0, 1], [0, 1])
            """);
        StringAssert.Contains(shown, "<table class=\"confusion\">");
    }

    [TestMethod]
    [DataRow(
        "#r \"nuget: TinyLlm.Other, 1.0.0\"",
        "The package 'TinyLlm.Other' is unknown here; known are TinyLlm.Gguf, TinyLlm.Trainers, TinyLlm.Transforms.")]
    [DataRow("#r \"../Some.dll\"", "Line 1, '#r \"../Some.dll\"', is not C#")]
    [DataRow("var a = 1;\n#!mermaid", "Line 2, '#!mermaid', is not C#")]
    [DataRow("#i \"nuget:folder\"", "Line 1, '#i \"nuget:folder\"', is not C#")]
    [DataRow("throw new TimeoutException(\"late\");", "TimeoutException: late")]
    [DataRow("await Task.Yield();\nthrow new TimeoutException(\"late\");", "TimeoutException: late")]
    [DataRow("var a = 1;\na = unknown;", "(2,5): error CS0103")]
    [DataRow("DateTime.UnixEpoch", "A System.DateTime is shown; show a text, HTML(...), or a type with a TypeFormatterSourceAttribute.")]
    public async Task RunAsync_BadCell_FailsWithItsNumberItsSourceAndTheReason(string source, string reason)
    {
        var error = await Assert.ThrowsExactlyAsync<NotebookException>(() => RunAsync(Of("\"good\"", source, "\"never run\"")));
        StringAssert.StartsWith(error.Message, $"Cell 2 failed.\n{source}\n");
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public async Task RunAsync_FailedCell_LeavesConsoleAndFolderAsTheyWere()
    {
        var (console, folder) = (Console.Out, Environment.CurrentDirectory);
        await Assert.ThrowsExactlyAsync<NotebookException>(() => RunAsync(Of("throw new Exception();")));
        Assert.AreSame(console, Console.Out);
        Assert.AreEqual(folder, Environment.CurrentDirectory);
    }

    [TestMethod]
    [DataRow("\"right\"", "[]", "right", true)]
    [DataRow("\"wrong\"", "[]", "right", false)]
    [DataRow("\"wrong\"", "[\"varies\"]", "right", true)]
    [DataRow("HTML(\"right\")", "[\"varies\"]", "right", false)]
    [DataRow("display(\"right\"); \"right\"", "[\"varies\"]", "right", false)]
    [DataRow("var nothing = 1;", "[\"varies\"]", "right", false)]
    public async Task Compare_StoredAndShown_MustAgree(string source, string tags, string stored, bool isRight)
    {
        var outputs = $$"""[{"data": {"text/plain": ["{{stored}}"]}, "metadata": {}, "output_type": "display_data"}]""";
        var metadata = $$"""{"tags": {{tags}}}""";
        var code = JsonSerializer.Serialize(source);
        var json = Json($$"""{"cell_type": "code", "metadata": {{metadata}}, "source": {{code}}, "outputs": {{outputs}}}""");
        var run = Notebook.Parse(json);
        await RunAsync(run);
        if (isRight)
        {
            NotebookRunner.Compare(Notebook.Parse(json), run);
            return;
        }

        var error = Assert.ThrowsExactly<NotebookException>(() => NotebookRunner.Compare(Notebook.Parse(json), run));
        StringAssert.StartsWith(
            error.Message, "Cell 1 shows something else than is stored; if it is right, store it by a run with TINYLLM_APPROVE=1.");
        StringAssert.Contains(error.Message, source);
    }

    [TestMethod]
    public async Task ToString_AfterARun_HoldsWhatWasShown()
    {
        var run = Of("Console.Write(\"a\\nb\");\nHTML(\"<p>c</p>\")");
        await RunAsync(run);
        var stored = Notebook.Parse(run.ToString());
        NotebookRunner.Compare(stored, run);
        CollectionAssert.AreEqual(
            new NotebookOutput[] { new(null, "a\nb"), new("text/html", "<p>c</p>") }, stored.Code[0].Outputs.ToArray());
        Assert.AreEqual(run.Code[0].Source, stored.Code[0].Source);
    }

    [TestMethod]
    [DataRow("""{"cell_type": "raw", "metadata": {}, "source": ""}""", "A cell has the type 'raw'; code and markdown are known.")]
    [DataRow(
        """{"cell_type": "code", "metadata": {"polyglot_notebook": {"kernelName": "fsharp"}}, "source": ""}""",
        "Cell 1 is for the kernel 'fsharp'; only csharp is run.")]
    public void Parse_UnknownCell_SaysWhatIsKnown(string cell, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<NotebookException>(() => Notebook.Parse(Json(cell))).Message);

    [TestMethod]
    [DataRow("""{"nbformat": 3}""", "nbformat is 3; 4 is expected.")]
    [DataRow(
        """{"nbformat": 4, "metadata": {"kernelspec": {"language": "python"}}}""",
        "The kernel's language is 'python'; C# is expected.")]
    public void Parse_OtherNotebook_SaysWhatIsExpected(string json, string message) =>
        Assert.AreEqual(message, Assert.ThrowsExactly<NotebookException>(() => Notebook.Parse(json)).Message);

    private static async Task FailsAsync(string reasons, string source)
    {
        var error = await Assert.ThrowsExactlyAsync<NotebookException>(() => RunAsync(Of(source)));
        Assert.Contains(reason => error.Message.Contains(reason, StringComparison.Ordinal), reasons.Split('|'), error.Message);
    }

    private static async Task<string> Last(params string[] sources) => (await RunAsync(Of(sources)))[^1].Text;

    private static Task<IReadOnlyList<NotebookOutput>> RunAsync(Notebook notebook) =>
        NotebookRunner.RunAsync(notebook, AppContext.BaseDirectory);

    private static Notebook Of(params string[] sources) => Notebook.Parse(Json(string.Join(
        ", ", sources.Select(source => $$"""{"cell_type": "code", "metadata": {}, "source": {{JsonSerializer.Serialize(source)}}}"""))));

    private static string Json(string cells) => $$$"""
        {
          "cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Title"}, {{{cells}}}],
          "metadata": {"kernelspec": {"language": "C#"}},
          "nbformat": 4
        }
        """;
}
