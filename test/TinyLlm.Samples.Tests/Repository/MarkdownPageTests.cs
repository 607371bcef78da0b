namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class MarkdownPageTests
{
    private const string Text = """
        # One `page`, two ideas
        See [the page](docs/page.md#a-b "title") and ![image](a.png), not `[code](no.md)`.
        ## Again
        ## Again
        ```csharp
        var x = 1; // [no](no.md)
        # no heading
        ```
        [later]: ../b.md
        """;

    [TestMethod]
    public void Links_ProseAndCode_AreThoseOfTheProse() =>
        CollectionAssert.AreEqual(new[] { "docs/page.md#a-b", "a.png", "../b.md" }, new MarkdownPage(Text).Links.ToArray());

    [TestMethod]
    public void Anchors_SameHeadingTwice_AreNumbered() =>
        CollectionAssert.AreEqual(new[] { "one-page-two-ideas", "again", "again-1" }, new MarkdownPage(Text).Anchors.ToArray());

    [TestMethod]
    public void Blocks_Fence_HasLanguageLineAndText()
    {
        var block = new MarkdownPage(Text).Blocks.Single();
        Assert.AreEqual(new MarkdownPage.CodeBlock("csharp", 6, "var x = 1; // [no](no.md)\n# no heading\n"), block);
    }
}
