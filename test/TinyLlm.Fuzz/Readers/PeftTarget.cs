using TinyLlm.Gguf;
using TinyLlm.Trainers;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Adapters of PEFT: one of their two files is damaged.</summary>
internal sealed class PeftTarget : FuzzTarget
{
    private readonly LanguageModel _model = BaseModels.Model(ModelKind.Llama);

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        const string Name = "blk.0.attn_q.weight";
        GgufWriter.Write(
            PathOf("base.gguf"),
            GgufMetadata.Empty.With("general.type", "adapter").With("general.architecture", "llama")
                .With("adapter.type", "lora").With("adapter.lora.alpha", 8f),
            [
                ModelTensor.FromSingles(Name + ".lora_a", [4, 32], new float[4 * 32]),
                ModelTensor.FromSingles(Name + ".lora_b", [32, 4], new float[4 * 32]),
            ]);
        LoraAdapter.Load(PathOf("base.gguf")).SavePeft(PathOf("base"), _model.Architecture);
    }

    public override void Run(Random random, Action<string> tell)
    {
        Directory.CreateDirectory(PathOf("adapter"));
        var damaged = random.Next(2) == 0 ? "adapter_config.json" : "adapter_model.safetensors";
        foreach (var path in Directory.GetFiles(PathOf("base")))
        {
            var (name, bytes) = (Path.GetFileName(path), File.ReadAllBytes(path));
            if (name == damaged)
            {
                bytes = HuggingFaceTarget.Damage(random, name, bytes, out var what);
                tell($"{name}: {what}");
            }

            File.WriteAllBytes(PathOf($"adapter/{name}"), bytes);
        }

        _ = LoraAdapter.LoadPeft(PathOf("adapter"), _model.Architecture).MergeInto(_model);
    }

    public override bool IsDocumented(Exception exception) =>
        exception is FormatException or NotSupportedException || exception.GetType() == typeof(ArgumentException);
}
