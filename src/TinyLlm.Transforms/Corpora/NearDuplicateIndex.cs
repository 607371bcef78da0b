using System.Runtime.InteropServices;

namespace TinyLlm.Transforms;

/// <summary>
/// The documents that were kept, found by what they share with a new one. Memory is 1 to 20 KB for each document, whatever its length.
/// </summary>
internal sealed class NearDuplicateIndex
{
    // Fewer common groups of words are a saying or a quotation.
    private const int FewestShared = 4;

    // What stands in so many documents tells none of them, and would make the search quadratic.
    private const int MostDocuments = 64;

    private readonly List<(string Name, MinHashSketch Sketch)> _documents = [];
    private readonly Dictionary<ulong, List<int>> _byHash = [];
    private readonly Dictionary<int, int> _shared = [];

    /// <summary>Finds the document that shares most with a sketch.</summary>
    public (string Name, double Overlap)? Find(MinHashSketch sketch)
    {
        _shared.Clear();
        foreach (var hash in sketch.Hashes)
        {
            if (!_byHash.TryGetValue(hash, out var documents) || documents.Count >= MostDocuments)
                continue;
            foreach (var document in documents)
                CollectionsMarshal.GetValueRefOrAddDefault(_shared, document, out _)++;
        }

        (string Name, double Overlap)? best = null;
        foreach (var (document, shared) in _shared)
        {
            var overlap = sketch.Overlap(_documents[document].Sketch, shared);
            if (shared >= FewestShared && overlap > (best?.Overlap ?? 0))
                best = (_documents[document].Name, overlap);
        }

        return best;
    }

    public void Add(string name, MinHashSketch sketch)
    {
        foreach (var hash in sketch.Hashes)
        {
            ref var documents = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, hash, out _);
            documents ??= new List<int>(1);
            if (documents.Count < MostDocuments)
                documents.Add(_documents.Count);
        }

        _documents.Add((name, sketch));
    }
}
