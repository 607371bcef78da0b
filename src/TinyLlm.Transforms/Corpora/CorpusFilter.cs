using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TinyLlm.Transforms;

/// <summary>What the rules find in one document, without a look at others. Any number of threads may use it.</summary>
internal sealed class CorpusFilter(CorpusOptions options)
{
    private readonly TextMeasures _measures = new(options.LanguageRanges.IsDefault ? [] : options.LanguageRanges);
    private readonly SearchValues<string> _boilerplate = SearchValues.Create(
        [.. options.BoilerplatePhrases], StringComparison.OrdinalIgnoreCase);

    /// <summary>Looks at a document.</summary>
    public Finding Find(CorpusDocument document)
    {
        var text = document.Text;
        if (text.Length < options.MinimumCharacters)
            return Reject(CorpusRejection.TooShort, $"{text.Length} characters; {options.MinimumCharacters} are the fewest");
        if (text.Length > options.MaximumCharacters)
            return Reject(CorpusRejection.TooLong, $"{text.Length} characters; {options.MaximumCharacters} are the most");
        var (symbols, language) = _measures.Shares(text);
        if (symbols > options.MaximumSymbolShare)
            return Reject(CorpusRejection.Symbols, $"{symbols:F2} symbols; {options.MaximumSymbolShare} are the most");
        if (language < options.MinimumLanguageShare)
            return Reject(
                CorpusRejection.Language, $"{language:F2} letters of the language; {options.MinimumLanguageShare} are the fewest");
        if (options.MaximumRepeatedLineShare is { } mostLines && TextMeasures.RepeatedLines(text) is var lines && lines > mostLines)
            return Reject(CorpusRejection.RepeatedLines, $"{lines:F2} in repeated lines; {mostLines} is the most");
        if (options.MaximumBoilerplateShare is { } mostBoilerplate && Boilerplate(text) is var boilerplate && boilerplate > mostBoilerplate)
            return Reject(CorpusRejection.Boilerplate, $"{boilerplate:F2} lines of boilerplate; {mostBoilerplate} are the most");
        var sketch = options.MaximumOverlap is null && options.MaximumRepeatedWordShare is null ? null : MinHashSketch.Of(text);
        if (sketch?.Repeated > options.MaximumRepeatedWordShare)
            return Reject(
                CorpusRejection.RepeatedWords,
                $"{sketch!.Repeated:F2} repeated groups of five words; {options.MaximumRepeatedWordShare} are the most");
        return new Finding(document, null, "", options.RemoveExactDuplicates ? HashOf(text) : default, sketch);

        Finding Reject(CorpusRejection reason, FormattableString detail) =>
            new(document, reason, detail.ToString(CultureInfo.InvariantCulture), default, null);
    }

    private static UInt128 HashOf(string text) =>
        MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    private double Boilerplate(ReadOnlySpan<char> text)
    {
        var (lines, found) = (text.Count('\n') + 1, 0);
        while (text.IndexOfAny(_boilerplate) is >= 0 and var at)
        {
            found++;
            var end = text[at..].IndexOf('\n');
            text = end < 0 ? [] : text[(at + end)..];
        }

        return TextMeasures.Ratio(found, lines);
    }

    /// <summary>A document, why it is rejected if it is, and what tells duplicates.</summary>
    internal sealed record Finding(CorpusDocument Document, CorpusRejection? Rejection, string Detail, UInt128 Hash, MinHashSketch? Sketch);
}
