namespace TinyLlm.Transforms;

/// <summary>Mixes the documents of several sources by ratio, phase after phase.</summary>
public static class CorpusMixer
{
    /// <summary>
    /// Returns documents so that at every moment the characters of the sources stand as near to the phase's ratio as whole documents allow.
    /// Sources go on where the phase before left them; a phase ends with its characters, or when a source that it needs has ended, so that
    /// the ratio holds.
    /// </summary>
    /// <exception cref="ArgumentException">There are no sources or phases, or weights that do not fit them.</exception>
    public static IEnumerable<CorpusDocument> Mix(IReadOnlyList<IEnumerable<CorpusDocument>> sources, IReadOnlyList<CorpusPhase> phases)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(phases);
        if (sources.Count == 0 || phases.Count == 0)
            throw new ArgumentException($"There are {sources.Count} sources and {phases.Count} phases; at least one of each is expected.");
        for (var i = 0; i < phases.Count; i++)
        {
            var weights = phases[i].Weights;
            if (weights.IsDefault || weights.Length != sources.Count || weights.Any(weight => !(weight >= 0 && double.IsFinite(weight)))
                || weights.Sum() == 0)
            {
                var found = weights.IsDefault ? "" : string.Join(", ", weights.Select(weight => FormattableString.Invariant($"{weight}")));
                throw new ArgumentException(
                    $"Phase {i} has the weights [{found}]; {sources.Count} are expected, none negative and one positive.", nameof(phases));
            }

            if (phases[i].Characters < 1)
                throw new ArgumentException($"Phase {i} has {phases[i].Characters} characters; at least 1 is expected.", nameof(phases));
        }

        return Enumerate();

        IEnumerable<CorpusDocument> Enumerate()
        {
            var open = sources.Select(source => source.GetEnumerator()).ToArray();
            try
            {
                foreach (var phase in phases)
                {
                    foreach (var document in Phase(open, phase))
                        yield return document;
                }
            }
            finally
            {
                foreach (var source in open)
                    source.Dispose();
            }
        }
    }

    private static IEnumerable<CorpusDocument> Phase(IEnumerator<CorpusDocument>[] sources, CorpusPhase phase)
    {
        var taken = new long[sources.Length];
        var total = 0L;
        while (total < (phase.Characters ?? long.MaxValue))
        {
            // The source that is furthest behind its weight; the first of equal ones.
            var next = Enumerable.Range(0, sources.Length).Where(i => phase.Weights[i] > 0).MinBy(i => taken[i] / phase.Weights[i]);
            if (!sources[next].MoveNext())
                yield break;
            var document = sources[next].Current;
            // An empty document counts too, so that a source of nothing but these does not hold up the others.
            taken[next] += Math.Max(1, document.Text.Length);
            total += document.Text.Length;
            yield return document;
        }
    }
}
