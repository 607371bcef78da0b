namespace TinyLlm.Transforms;

/// <summary>
/// The results of texts that were scored before, bounded in bytes: a trainer that reads its rows in many passes runs the model once.
/// </summary>
/// <remarks>
/// A full cache keeps what it holds. Passes over more rows than fit then still find the first of them, while a cache
/// that gave up the oldest would find none.
/// </remarks>
/// <param name="capacity">The most bytes, of texts and results together; 0 keeps nothing.</param>
/// <param name="sizeOf">The bytes of a result.</param>
internal sealed class ScoreCache<TResult>(long capacity, Func<TResult, long> sizeOf)
{
    // A string, a dictionary entry and a result's object take about that much beside their contents.
    private const int Overhead = 120;

    private readonly Dictionary<string, TResult> _results = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>Gets how many texts were asked for, how many of them were there, and what the cache holds.</summary>
    public ScoreCacheUse Use { get; private set; }

    /// <summary>Returns the results of texts, of which those that are new are scored together, each once.</summary>
    public IReadOnlyList<TResult> Score(IReadOnlyList<string> texts, Func<IReadOnlyList<string>, IReadOnlyList<TResult>> score)
    {
        if (capacity == 0)
            return score(texts);
        var results = new TResult[texts.Count];
        var missing = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        lock (_lock)
        {
            for (var i = 0; i < results.Length; i++)
            {
                if (_results.TryGetValue(texts[i], out var known))
                    results[i] = known;
                else if (missing.TryGetValue(texts[i], out var places))
                    places.Add(i);
                else
                    missing[texts[i]] = [i];
            }
        }

        string[] fresh = [.. missing.Keys];
        var computed = fresh.Length == 0 ? [] : score(fresh);
        lock (_lock)
        {
            for (var i = 0; i < fresh.Length; i++)
            {
                foreach (var place in missing[fresh[i]])
                    results[place] = computed[i];
                var bytes = Overhead + (2L * fresh[i].Length) + sizeOf(computed[i]);
                if (_bytes + bytes <= capacity && _results.TryAdd(fresh[i], computed[i]))
                    _bytes += bytes;
            }

            Use = new ScoreCacheUse(Use.Asked + texts.Count, Use.Found + texts.Count - fresh.Length, _results.Count, _bytes);
        }

        return results;
    }
}
