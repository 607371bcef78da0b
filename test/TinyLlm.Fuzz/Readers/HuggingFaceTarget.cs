using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Folders of Hugging Face: one of their files is damaged.</summary>
internal sealed class HuggingFaceTarget : FuzzTarget
{
    private readonly List<string> _folders = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        foreach (var kind in new[] { ModelKind.Gpt2, ModelKind.Llama })
        {
            HuggingFaceFolder.Save(BaseModels.Model(kind, seed: 3), PathOf($"{kind}"));
            _folders.Add(PathOf($"{kind}"));
        }
    }

    public override void Run(Random random, Action<string> tell)
    {
        var from = _folders[random.Next(_folders.Count)];
        var names = Directory.GetFiles(from).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();
        var damaged = random.Next(3) == 0 ? "config.json" : names[random.Next(names.Length)];
        Directory.CreateDirectory(PathOf("model"));
        foreach (var name in names)
        {
            var bytes = File.ReadAllBytes(Path.Combine(from, name));
            if (name == damaged)
            {
                bytes = Damage(random, name, bytes, out var what);
                tell($"{name}: {what}");
            }

            File.WriteAllBytes(PathOf($"model/{name}"), bytes);
        }

        HuggingFaceFolder.Load(PathOf("model")).Dispose();
    }

    public static byte[] Damage(Random random, string name, byte[] valid, out string what) => Path.GetExtension(name) switch
    {
        ".json" => JsonMutator.Mutate(random, valid, out what),
        ".safetensors" => SafetensorsTarget.Mutate(random, valid, out what),
        _ => Interesting.Bytes(random, valid, valid.Length, out what),
    };

    public override bool IsDocumented(Exception exception) => exception is FormatException or NotSupportedException;
}
