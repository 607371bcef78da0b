using System.Text.RegularExpressions;

namespace TinyLlm.Samples.Tests.Repository;

/// <summary>What the tests need to know of a Markdown page: its links, its anchors and its code blocks.</summary>
internal sealed partial class MarkdownPage
{
    private readonly List<string> _prose = [];
    private readonly List<CodeBlock> _blocks = [];

    public MarkdownPage(string text)
    {
        CodeBlock? open = null;
        foreach (var (index, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            var isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (isFence && open is null)
                open = new CodeBlock(line.Trim('`', ' '), index + 2, "");
            else if (isFence)
            {
                _blocks.Add(open!);
                open = null;
            }
            else if (open is not null)
                open = open with { Text = $"{open.Text}{line}\n" };
            else
                _prose.Add(CodeSpan().Replace(line, match => match.Groups[1].Value.Replace("](", "] (", StringComparison.Ordinal)));
        }
    }

    /// <summary>A fenced block: its language, the line it starts at, its text.</summary>
    internal sealed record CodeBlock(string Language, int Line, string Text);

    public IReadOnlyList<CodeBlock> Blocks => _blocks;

    /// <summary>Gets the targets of inline links, images and link definitions, as they are written.</summary>
    public IEnumerable<string> Links => _prose.SelectMany(line => Link().Matches(line)).Select(match => match.Groups["target"].Value);

    /// <summary>Gets the anchors of the headings the way GitHub makes them; the second of a name gets <c>-1</c>.</summary>
    public IEnumerable<string> Anchors => _prose.Where(line => Heading().IsMatch(line))
        .Select(line => NotInAnchor().Replace(Heading().Replace(line, "").Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .GroupBy(anchor => anchor).SelectMany(same => same.Select((anchor, i) => i == 0 ? anchor : $"{anchor}-{i}"));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)|^\[[^\]]+\]:\s*(?<target>\S+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex CodeSpan();
}
