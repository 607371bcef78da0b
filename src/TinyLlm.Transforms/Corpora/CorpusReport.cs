using System.Globalization;
using System.Text;

namespace TinyLlm.Transforms;

/// <summary>What curating kept and rejected so far.</summary>
public sealed class CorpusReport
{
    private const int ExcerptLength = 80;

    private readonly CorpusOptions _options;
    private readonly Random _random;
    private readonly SortedDictionary<CorpusRejection, long> _counts = [];
    private readonly SortedDictionary<CorpusRejection, List<CorpusRejectionSample>> _samples = [];

    internal CorpusReport(CorpusOptions options) => (_options, _random) = (options, new Random(options.Seed));

    /// <summary>Gets the documents that were read.</summary>
    public long Documents { get; private set; }

    /// <summary>Gets the characters that were read.</summary>
    public long Characters { get; private set; }

    /// <summary>Gets the documents that were kept.</summary>
    public long KeptDocuments { get; private set; }

    /// <summary>Gets the characters that were kept.</summary>
    public long KeptCharacters { get; private set; }

    /// <summary>Gets how many documents were rejected for each reason.</summary>
    public IReadOnlyDictionary<CorpusRejection, long> Rejections => _counts;

    /// <summary>Returns some documents that were rejected for a reason, drawn at random with the same chance for each.</summary>
    public IReadOnlyList<CorpusRejectionSample> GetSamples(CorpusRejection reason) => _samples.GetValueOrDefault(reason) ?? [];

    /// <summary>Returns the report as a table with the samples below.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"kept {KeptDocuments} of {Documents} documents, {KeptCharacters} of {Characters} characters\n");
        foreach (var (reason, count) in _counts)
        {
            text.Append(CultureInfo.InvariantCulture, $"{reason}: {count}\n");
            foreach (var sample in GetSamples(reason))
                text.Append(CultureInfo.InvariantCulture, $"  {sample.Name}: {sample.Detail} \"{sample.Excerpt}\"\n");
        }

        return text.ToString();
    }

    internal void Keep(CorpusDocument document)
    {
        Count(document);
        KeptDocuments++;
        KeptCharacters += document.Text.Length;
    }

    internal void Reject(CorpusDocument document, CorpusRejection reason, string detail)
    {
        Count(document);
        var count = _counts[reason] = _counts.GetValueOrDefault(reason) + 1;
        if (!_samples.TryGetValue(reason, out var samples))
            _samples[reason] = samples = [];
        var place = samples.Count < _options.SampleCount ? samples.Count : _random.NextInt64(count);
        if (place >= _options.SampleCount)
            return;
        var excerpt = document.Text.AsSpan(0, Math.Min(ExcerptLength, document.Text.Length)).ToString().ReplaceLineEndings(" ").Trim();
        var sample = new CorpusRejectionSample(document.Name, detail, excerpt);
        if (place == samples.Count)
            samples.Add(sample);
        else
            samples[(int)place] = sample;
    }

    private void Count(CorpusDocument document)
    {
        Documents++;
        Characters += document.Text.Length;
    }
}
