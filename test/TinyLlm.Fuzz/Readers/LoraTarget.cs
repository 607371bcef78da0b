using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;
using TinyLlm.Trainers;

namespace TinyLlm.Fuzz.Readers;

/// <summary>LoRA adapters as training reads them.</summary>
internal sealed class LoraTarget : FuzzTarget
{
    private readonly LanguageModel _model = BaseModels.Model(ModelKind.Llama);
    private byte[] _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        const string Name = "blk.0.ffn_up.weight";
        GgufWriter.Write(
            PathOf("base.gguf"),
            GgufMetadata.Empty.With("general.type", "adapter").With("general.architecture", "llama")
                .With("adapter.type", "lora").With("adapter.lora.alpha", 8f),
            [
                ModelTensor.FromSingles(Name + ".lora_a", [4, _model[Name].Shape[1]], new float[4 * _model[Name].Shape[1]]),
                ModelTensor.FromSingles(Name + ".lora_b", [_model[Name].Shape[0], 4], new float[4 * _model[Name].Shape[0]]),
            ]);
        _valid = File.ReadAllBytes(PathOf("base.gguf"));
    }

    public override void Run(Random random, Action<string> tell)
    {
        File.WriteAllBytes(PathOf("adapter.gguf"), GgufMutator.Mutate(random, _valid, "llama", out var what));
        tell(what);
        _ = LoraAdapter.Load(PathOf("adapter.gguf")).MergeInto(_model);
    }

    public override bool IsDocumented(Exception exception) =>
        exception is GgufFormatException || exception.GetType() == typeof(ArgumentException);
}
