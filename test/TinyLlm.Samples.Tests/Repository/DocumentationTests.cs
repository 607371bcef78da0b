namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class DocumentationTests
{
    [TestMethod]
    public void Links_EveryPage_LeadToAFileAndAnAnchor() => RepositoryFiles.AssertNone(
        from page in RepositoryFiles.WithExtension(".md")
        from link in Read(page).Links
        where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
        let fault = Fault(page, link)
        where fault is not null
        select $"{page}: {link}: {fault}",
        "Links must resolve.");

    [TestMethod]
    public void Blocks_EveryReadme_Compile() => RepositoryFiles.AssertNone(
        from page in RepositoryFiles.All
        where Path.GetFileName(page) == "README.md"
        from block in Read(page).Blocks
        where block.Language == "csharp"
        from error in CodeCompiler.Errors(block.Text)
        select $"{page}:{block.Line}: {error}",
        "Each csharp block of a README is a whole program.");

    [TestMethod]
    public void Blocks_EveryPageOfDocs_MakeAProgram() => RepositoryFiles.AssertNone(
        from page in RepositoryFiles.WithExtension(".md")
        where page.StartsWith("docs/", StringComparison.Ordinal)
        let blocks = Read(page).Blocks.Where(block => block.Language == "csharp").ToArray()
        where blocks.Length > 0
        from error in CodeCompiler.Errors(string.Concat(blocks.Select(block => $"#line {block.Line} \"{page}\"\n{block.Text}")))
        select error,
        "The csharp blocks of a page, one after the other, are one program: a block may use what those above it declare.");

    [TestMethod]
    public void Readme_TheTwoCommands_AreThere()
    {
        var commands = Read("README.md").Blocks.SelectMany(block => block.Text.Split('\n')).ToArray();
        Assert.Contains("dotnet test -c Release", commands);
        Assert.Contains(line => line.StartsWith("dotnet run -v minimal --project samples/", StringComparison.Ordinal), commands);
    }

    [TestMethod]
    public void Ci_TestCommand_IsTheReadmes() =>
        Assert.Contains("tests dotnet test -c Release\n", File.ReadAllText(RepositoryFolder.PathOf(".ci/run")));

    private static MarkdownPage Read(string page) => new(File.ReadAllText(RepositoryFolder.PathOf(page)));

    private static string? Fault(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0]));
        var path = RepositoryFolder.PathOf(target);
        if (!Path.Exists(path))
            return "no such file";
        return parts.Length == 1 || Path.GetExtension(path) != ".md" || Read(path).Anchors.Contains(parts[1]) ? null : "no such heading";
    }
}
