using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>Chooses the documents of a corpus: leaves out what rules of quality reject and what was there before, and tells why.</summary>
/// <remarks>
/// Documents are looked at on all processors and decided on in their order, so that the result depends on nothing but them; of duplicates
/// the first is kept, also over several calls. Not for several threads at once.
/// </remarks>
public sealed class CorpusCurator
{
    private readonly CorpusOptions _options;
    private readonly CorpusFilter _filter;
    private readonly HashSet<UInt128> _known = [];
    private readonly NearDuplicateIndex _index = new();

    /// <summary>Makes a curator.</summary>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public CorpusCurator(CorpusOptions? options = null)
    {
        _options = options ?? new CorpusOptions();
        _options.Validate();
        _filter = new CorpusFilter(_options);
        Report = new CorpusReport(_options);
    }

    /// <summary>Gets what was kept and rejected so far.</summary>
    public CorpusReport Report { get; }

    /// <summary>
    /// Returns the documents that are kept, lazily and in order. A few documents for each processor are in memory at a time.
    /// </summary>
    /// <exception cref="OperationCanceledException">While enumerating: the options' token was cancelled.</exception>
    public IEnumerable<CorpusDocument> Curate(IEnumerable<CorpusDocument> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return OrderedParallel.Select(documents, _filter.Find, _options.CancellationToken).Where(Decide).Select(
            finding => finding.Document);
    }

    private bool Decide(CorpusFilter.Finding finding)
    {
        var document = finding.Document;
        if (finding.Rejection is { } reason)
        {
            Report.Reject(document, reason, finding.Detail);
            return false;
        }

        if (_options.RemoveExactDuplicates && !_known.Add(finding.Hash))
        {
            Report.Reject(document, CorpusRejection.ExactDuplicate, "the same text was there before");
            return false;
        }

        if (_options.MaximumOverlap is { } most && finding.Sketch is { } sketch)
        {
            if (_index.Find(sketch) is var (name, overlap) && overlap > most)
            {
                Report.Reject(
                    document, CorpusRejection.NearDuplicate,
                    string.Create(CultureInfo.InvariantCulture, $"shares {overlap:F2} with '{name}'; {most} is the most"));
                return false;
            }

            _index.Add(document.Name, sketch);
        }

        Report.Keep(document);
        return true;
    }
}
