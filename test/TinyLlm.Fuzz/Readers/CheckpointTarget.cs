using System.Security.Cryptography;
using Microsoft.ML;
using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;
using TinyLlm.Trainers;
using TinyLlm.Transforms;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Checkpoints of our own training, with a hash that is right, from which a run is taken up.</summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    private readonly MLContext _ml = new(1);
    private IDataView? _texts;
    private byte[] _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        _texts = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Row { Text = $"abc abc {i} abcd ab" }).ToArray());
        Train();
        _valid = File.ReadAllBytes(PathOf("ck/checkpoint.gguf"));
        File.Delete(PathOf("ck/checkpoint.gguf"));
    }

    public override void Run(Random random, Action<string> tell)
    {
        byte[] bytes;
        if (random.Next(8) == 0)
        {
            bytes = Interesting.Bytes(random, _valid, _valid.Length, out var what);
            tell(what);
        }
        else
        {
            bytes = GgufMutator.Mutate(random, _valid[..^SHA256.HashSizeInBytes], "tinyllm.checkpoint", out var what);
            tell(what);
            bytes = [.. bytes, .. SHA256.HashData(bytes)];
        }

        foreach (var file in Directory.GetFiles(PathOf("ck")))
            File.Delete(file);
        File.WriteAllBytes(PathOf("ck/checkpoint.gguf"), bytes);
        Train();
    }

    public override bool IsDocumented(Exception exception) =>
        exception is FormatException || exception.GetType() == typeof(InvalidOperationException);

    private void Train()
    {
        var sizes = new ModelArchitecture
        {
            Kind = ModelKind.Llama,
            LayerCount = 1,
            EmbeddingLength = 16,
            HeadCount = 2,
            ContextLength = 32,
            VocabularySize = 260,
        };
        _ = _ml.TinyLlm().Pretrain(new PretrainOptions
        {
            Architecture = sizes,
            Training = new TrainingOptions
            {
                Steps = 3,
                BatchSize = 2,
                SequenceLength = 16,
                Threads = 1,
                CheckpointFolder = PathOf("ck"),
            },
        }).Fit(_texts!);
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";
    }
}
