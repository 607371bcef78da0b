using System.Text.RegularExpressions;

namespace TinyLlm.Samples.Tests.Repository;

/// <summary>The messages that the pages under docs quote are those that the code says.</summary>
[TestClass]
public sealed partial class QuotedMessageTests
{
    private const string Section = "## What people get wrong";

    // With values in it, a message still has so many words in a row that stand in the source as they are.
    private const int Words = 3;

    [TestMethod]
    public void Messages_WhatPeopleGetWrong_AreInTheSource()
    {
        var source = string.Concat(RepositoryFiles.WithExtension(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .Select(file => Join().Replace(File.ReadAllText(RepositoryFolder.PathOf(file)), "")));
        RepositoryFiles.AssertNone(
            from page in RepositoryFiles.WithExtension(".md")
            where page.StartsWith("docs/", StringComparison.Ordinal)
            from row in File.ReadLines(RepositoryFolder.PathOf(page)).SkipWhile(line => line != Section)
            where Quoted().IsMatch(row)
            let message = Quoted().Match(row).Groups["message"].Value
            where message.Split(' ').Length >= Words && !IsIn(source, message)
            select $"{page}: {message}",
            $"A message in a table of '{Section}' is one of ours: quote it anew where it has changed.");
    }

    [TestMethod]
    [DataRow("Fold needs the column 'A'.", true)]
    [DataRow("Fold has the column 'A'.", false)]
    public void IsIn_MessageWithValues_IsFoundByItsWords(string message, bool expected) =>
        Assert.AreEqual(expected, IsIn(Join().Replace("$\"{stage} needs \"\n    + $\"the column '{name}'.\"", ""), message));

    private static bool IsIn(string source, string message)
    {
        var words = message.Split(' ');
        return Enumerable.Range(0, words.Length - Words + 1).Any(
            i => source.Contains(string.Join(' ', words[i..(i + Words)]), StringComparison.Ordinal));
    }

    // A text that goes on in the next line, as one.
    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex Join();

    [GeneratedRegex(@"^\| `(?<message>[^`]+)`")]
    private static partial Regex Quoted();
}
