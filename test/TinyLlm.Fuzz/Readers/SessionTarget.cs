using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Saved sessions, read by the engine that wrote them.</summary>
internal sealed class SessionTarget : FuzzTarget
{
    private readonly List<(TinyGptPredictionEngine Engine, byte[] Session)> _bases = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        foreach (var (kind, isExact) in new[] { (ModelKind.Llama, false), (ModelKind.Gpt2, true) })
        {
            var engine = TinyGptPredictionEngine.Open(
                BaseModels.Model(kind), new TinyGptOptions { Threads = 1, ExactAttention = isExact });
            _ = engine.Generate("abc abc", new GenerationOptions { MaximumTokens = 3 });
            engine.SaveSession(PathOf("session.bin"));
            _bases.Add((engine, File.ReadAllBytes(PathOf("session.bin"))));
        }
    }

    public override void Run(Random random, Action<string> tell)
    {
        var (engine, valid) = _bases[random.Next(_bases.Count)];
        byte[] bytes;
        string what;
        if (random.Next(3) == 0)
        {
            bytes = (byte[])valid.Clone();
            what = "";
            for (var changes = random.Next(1, 3); changes > 0; changes--)
            {
                // Whole numbers stand at multiples of four up to the keys.
                var at = 4 * random.Next(Math.Min(160, bytes.Length / 4));
                BitConverter.TryWriteBytes(bytes.AsSpan(at), (int)Interesting.Whole(random));
                what += $"number at byte {at}; ";
            }
        }
        else
        {
            bytes = Interesting.Bytes(random, valid, random.Next(2) == 0 ? 300 : valid.Length, out what);
        }

        tell(what);
        File.WriteAllBytes(PathOf("session.bin"), bytes);
        engine.LoadSession(PathOf("session.bin"));
        _ = engine.Generate("abc abcd", new GenerationOptions { MaximumTokens = 3 });
        _ = engine.NextTokens("abc ab", 3);
    }

    public override bool IsDocumented(Exception exception) => exception is FormatException || EngineTarget.IsRefusal(exception);

    public override void Dispose() => _bases.ForEach(entry => entry.Engine.Dispose());
}
