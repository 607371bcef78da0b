using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>LoRA adapters on a valid model.</summary>
internal sealed class AdapterTarget : FuzzTarget
{
    private const int MostOfOneEngine = 100;

    private readonly List<(byte[] Model, byte[] Adapter, string Architecture)> _bases = [];
    private TinyGptPredictionEngine? _engine;
    private int _current = -1;
    private int _used;
    private int _files;

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        foreach (var (kind, architecture) in new[] { (ModelKind.Llama, "llama"), (ModelKind.Gpt2, "gpt2") })
        {
            var model = BaseModels.Model(kind);
            _bases.Add((BaseModels.Bytes(model), Adapter(folder, model), architecture));
        }
    }

    public override void Run(Random random, Action<string> tell)
    {
        var at = random.Next(_bases.Count);
        var bytes = GgufMutator.Mutate(random, _bases[at].Adapter, _bases[at].Architecture, out var what);
        tell(what);
        if (at != _current || ++_used > MostOfOneEngine)
        {
            _engine?.Dispose();
            _engine = TinyGptPredictionEngine.Open(_bases[at].Model, new TinyGptOptions { Threads = 1 });
            (_current, _used) = (at, 0);
        }

        var path = PathOf($"adapter{_files++}.gguf");
        File.WriteAllBytes(path, bytes);
        try
        {
            _engine!.SetAdapters((path, (float)(random.NextDouble() * 2)));
            EngineTarget.Use(_engine, random);
        }
        finally
        {
            _engine!.SetAdapters();
            File.Delete(path);
        }
    }

    public override bool IsDocumented(Exception exception) => exception is GgufFormatException || EngineTarget.IsRefusal(exception);

    public override void Dispose() => _engine?.Dispose();

    private static byte[] Adapter(string folder, LanguageModel model)
    {
        var random = new Random(1);
        var path = Path.Combine(folder, "base.gguf");
        GgufWriter.Write(
            path,
            GgufMetadata.Empty.With("general.type", "adapter").With("general.architecture", model.Architecture.Name)
                .With("adapter.type", "lora").With("adapter.lora.alpha", 8f),
            [.. new[] { "blk.0.attn_output.weight", "blk.1.ffn_up.weight" }.SelectMany(name => new[]
            {
                ModelTensor.FromSingles(name + ".lora_a", [4, model[name].Shape[1]], Numbers(4 * model[name].Shape[1])),
                ModelTensor.FromSingles(name + ".lora_b", [model[name].Shape[0], 4], Numbers(4 * model[name].Shape[0])),
            })]);
        return File.ReadAllBytes(path);

        float[] Numbers(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (float)random.NextDouble() - 0.5f)];
    }
}
