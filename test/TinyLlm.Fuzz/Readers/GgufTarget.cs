using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Our own reader of GGUF files, and of models in them.</summary>
internal sealed class GgufTarget : FuzzTarget
{
    public override void Run(Random random, Action<string> tell)
    {
        var (valid, architecture) = BaseModels.All[random.Next(BaseModels.All.Length)];
        var bytes = GgufMutator.Mutate(random, valid, architecture, out var what);
        tell(what);
        using (var file = GgufFile.Open(bytes))
        {
            foreach (var tensor in file.Tensors)
                _ = file.GetData(tensor).Span.IndexOf((byte)0);
        }

        LanguageModel.Load(bytes).Dispose();
    }

    public override bool IsDocumented(Exception exception) => exception is GgufFormatException;
}
