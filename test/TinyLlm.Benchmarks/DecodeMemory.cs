using TinyLlm.Gguf;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Counts the managed bytes that greedy generations of 2 lengths allocate: what differs, beyond the text returned, is the price of a token.
/// </summary>
internal static class DecodeMemory
{
    private const int Few = 64;
    private const int Many = 448;

    public static void Run(string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("tiny.gguf");
        RandomModel.Save(RandomModel.Tiny, path);
        using var engine = TinyGptPredictionEngine.Open(path);
        // Buffers grow once, and methods are compiled once.
        for (var i = 0; i < 40; i++)
            Measure(engine, i % 2 == 0 ? Few : Many);
        var (few, fewText) = Measure(engine, Few);
        var (many, manyText) = Measure(engine, Many);
        var perToken = (double)(many - manyText - (few - fewText)) / (Many - Few);
        Console.WriteLine(
            Invariant($"decode-memory: Generate of {Few} tokens allocates {few} bytes, of which {fewText} are the text; ")
            + Invariant($"of {Many} tokens {many}, {manyText} the text"));
        Console.WriteLine(Invariant($"  {perToken:F2} managed bytes per decoded token beyond the text"));
        if (perToken != 0)
            throw new InvalidOperationException("A decoded token has to allocate nothing.");
    }

    private static (long Allocated, long Text) Measure(TinyGptPredictionEngine engine, int tokens)
    {
        var options = new GenerationOptions { MaximumTokens = tokens };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var text = engine.Generate("12.5 12.7 13.1 ", options);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        _ = new string(text.AsSpan());
        return (allocated, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
