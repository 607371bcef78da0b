using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Checkpoints of llm.c: nearly all that can be wrong stands in the first eight numbers.</summary>
internal sealed class LlmcTarget : FuzzTarget
{
    private byte[] _valid = [];
    private ModelVocabulary? _vocabulary;

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        var model = BaseModels.Model(ModelKind.Gpt2);
        LlmcCheckpoint.Save(model, PathOf("base.bin"));
        (_valid, _vocabulary) = (File.ReadAllBytes(PathOf("base.bin")), model.Vocabulary);
    }

    public override void Run(Random random, Action<string> tell)
    {
        var bytes = (byte[])_valid.Clone();
        var what = "";
        if (random.Next(3) == 0)
        {
            bytes = Interesting.Bytes(random, bytes, 32, out what);
        }
        else
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var (at, number) = (random.Next(8), (int)Interesting.Whole(random));
                BitConverter.TryWriteBytes(bytes.AsSpan(4 * at), number);
                what += $"number {at} is {number}; ";
            }
        }

        tell(what);
        File.WriteAllBytes(PathOf("model.bin"), bytes);
        LlmcCheckpoint.Load(PathOf("model.bin"), _vocabulary!).Dispose();
    }

    public override bool IsDocumented(Exception exception) =>
        exception is FormatException || exception.GetType() == typeof(ArgumentException);
}
