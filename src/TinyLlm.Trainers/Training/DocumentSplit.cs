using TinyLlm.Trainers.Data;

namespace TinyLlm.Trainers.Training;

/// <summary>Decides which documents are held out: all that share a key stand on the same side, and the side hangs on key and seed alone.</summary>
internal readonly record struct DocumentSplit(double ValidationFraction, int Seed)
{
    /// <summary>Returns whether what has this key is held out.</summary>
    public bool IsHeldOut(string key)
    {
        var hash = (ulong)Seed;
        foreach (var character in key)
            hash = Mixing.Derive(hash, character);
        return (Mixing.Derive(hash, (ulong)key.Length) >> 11) * (1.0 / (1UL << 53)) < ValidationFraction;
    }
}
