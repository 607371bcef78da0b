using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Vocabularies in every form, and the tokenizer that is made of them.</summary>
internal sealed class TokenizerTarget : FuzzTarget
{
    private readonly string[] _names = ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json", "tokenizer.gguf"];
    private readonly Dictionary<string, byte[]> _valid = [];

    public override void Prepare(string folder)
    {
        base.Prepare(folder);
        var vocabulary = BaseModels.Model(ModelKind.Gpt2).Vocabulary;
        vocabulary.Save(PathOf("base"));
        vocabulary.Save(PathOf("base/tokenizer.gguf"));
        foreach (var name in _names)
            _valid.Add(name, File.ReadAllBytes(PathOf($"base/{name}")));
    }

    public override void Run(Random random, Action<string> tell)
    {
        Directory.CreateDirectory(PathOf("tokenizer"));
        var damaged = _names[random.Next(_names.Length)];
        foreach (var (name, valid) in _valid)
        {
            var bytes = valid;
            if (name == damaged)
            {
                bytes = name.EndsWith(".gguf", StringComparison.Ordinal)
                    ? GgufMutator.Mutate(random, valid, "gpt2", out var what)
                    : HuggingFaceTarget.Damage(random, name, valid, out what);
                tell($"{name}: {what}");
            }

            File.WriteAllBytes(PathOf($"tokenizer/{name}"), bytes);
        }

        var vocabulary = damaged switch
        {
            "tokenizer.gguf" => ModelVocabulary.Load(PathOf("tokenizer/tokenizer.gguf")),
            "vocab.json" or "merges.txt" => ModelVocabulary.Load(PathOf("tokenizer/vocab.json"), PathOf("tokenizer/merges.txt")),
            _ => ModelVocabulary.Load(PathOf("tokenizer")),
        };
        var tokenizer = new BytePairTokenizer(vocabulary);
        _ = tokenizer.Decode(tokenizer.EncodeToIds("abc ab Aé 日本"));
    }

    public override bool IsDocumented(Exception exception) =>
        exception is FormatException or NotSupportedException || exception.GetType() == typeof(ArgumentException);
}
