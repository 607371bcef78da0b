using System.Security.Cryptography;

namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class ContentHashTests
{
    private readonly TemporaryFolder _folder = new();

    private string File1 => _folder.PathOf("model.gguf");

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    // The rule of docs/gguf.md by hand: these keys in this order, the tensors by their names.
    [TestMethod]
    public void ContentHash_Model_IsThatOfTheFileInCanonicalOrder()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        var v = model.Vocabulary;
        (string Key, object Value)[] metadata =
        [
            ("general.architecture", "llama"), ("llama.attention.head_count", 4u), ("llama.attention.head_count_kv", 2u),
            ("llama.attention.layer_norm_rms_epsilon", 1e-5f), ("llama.block_count", 2u), ("llama.context_length", 128u),
            ("llama.embedding_length", 64u), ("llama.feed_forward_length", 192u), ("llama.rope.dimension_count", 16u),
            ("llama.rope.freq_base", 10000f), ("llama.vocab_size", 257u), ("tokenizer.ggml.add_bos_token", false),
            ("tokenizer.ggml.bos_token_id", 256u), ("tokenizer.ggml.eos_token_id", 256u), ("tokenizer.ggml.merges", Array.Empty<string>()),
            ("tokenizer.ggml.model", "gpt2"), ("tokenizer.ggml.pre", "gpt-2"),
            ("tokenizer.ggml.token_type", v.Kinds.Select(kind => (int)kind).ToArray()), ("tokenizer.ggml.tokens", v.Tokens.ToArray()),
        ];
        using var stream = new MemoryStream();
        GgufWriter.Write(
            stream, new GgufMetadata(metadata.Select(pair => KeyValuePair.Create(pair.Key, GgufValue.From(pair.Value)))),
            [.. model.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
        Assert.AreEqual(Convert.ToHexString(SHA256.HashData(stream.ToArray())).ToLowerInvariant(), model.ContentHash);
    }

    [TestMethod]
    [DataRow(ModelKind.Gpt2)]
    [DataRow(ModelKind.Llama)]
    public void ContentHash_SavedLoadedMappedAndDescribed_StaysTheSame(ModelKind kind)
    {
        var model = TinyModels.Create(kind).WithMetadata(GgufMetadata.Empty.With("a.key", 1).With("b.key", "x"));
        var other = TinyModels.Create(kind).WithMetadata(
            GgufMetadata.Empty.With("b.key", "x").With("general.name", "another name").With("a.key", 1));
        other.Save(File1);
        using var mapped = LanguageModel.Load(File1);
        Assert.AreEqual(model.ContentHash, other.ContentHash);
        Assert.AreEqual(model.ContentHash, mapped.ContentHash);
        Assert.AreEqual(model.ContentHash, LanguageModel.Load(File.ReadAllBytes(File1)).ContentHash);
        using var file = GgufFile.Open(File1);
        Assert.AreEqual(model.ContentHash, GgufContent.Hash(file));
    }

    [TestMethod]
    public void ContentHash_AnythingThatChangesAnAnswer_ChangesIt()
    {
        var model = TinyModels.Create(ModelKind.Llama);
        var embedding = model["token_embd.weight"];
        var bit = embedding.Data.ToArray();
        bit[^1] ^= 1;
        var vocabulary = model.Vocabulary;
        LanguageModel[] others =
        [
            model.WithTensors([new ModelTensor(embedding.Name, embedding.Type, embedding.Shape, bit)]),
            model.WithTensors([embedding.ConvertTo(GgufTensorType.F16)]),
            model.WithMetadata(PromptTemplate.Default.AddTo(GgufMetadata.Empty)),
            With(model.Architecture with { ContextLength = 127 }, vocabulary),
            With(model.Architecture with { RopeBase = 10001 }, vocabulary),
            With(model.Architecture, vocabulary with { Tokens = vocabulary.Tokens.SetItem(3, "three") }),
            With(model.Architecture, vocabulary with { AddBeginToken = true }),
            With(model.Architecture, vocabulary with { EndToken = null }),
        ];
        var hashes = others.Select(other => other.ContentHash).Append(model.ContentHash).ToArray();
        CollectionAssert.AllItemsAreUnique(hashes);

        LanguageModel With(ModelArchitecture architecture, ModelVocabulary tokens) => new(architecture, tokens, model.Tensors);
    }

    [TestMethod]
    public void ContentHash_ManyThreads_AgreeOnOne()
    {
        var model = TinyModels.Create(ModelKind.Gpt2);
        var found = new string[16];
        Parallel.For(0, found.Length, i => found[i] = model.ContentHash);
        Assert.HasCount(1, found.Distinct().ToArray());
        Assert.MatchesRegex("^[0-9a-f]{64}$", found[0]);
    }

    [TestMethod]
    public void ContentHash_FileWrittenToWhileMapped_SaysSo()
    {
        TinyModels.Create(ModelKind.Llama).Save(File1);
        File.SetLastWriteTimeUtc(File1, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        using var model = LanguageModel.Load(File1);
        using (var stream = new FileStream(File1, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            stream.Position = stream.Length - 1;
            stream.WriteByte(1);
        }

        foreach (var use in new Action[]
        {
            () => _ = model.ContentHash, () => model.Save(_folder.PathOf("copy.gguf")), () => TinyGptPredictionEngine.Open(model).Dispose(),
        })
        {
            var message = Assert.ThrowsExactly<IOException>(use).Message;
            StringAssert.StartsWith(message, $"'{File1}' was written to while it was mapped: it had ");
            StringAssert.Contains(message, "of 2020-01-01T00:00:00.0000000Z and has ");
        }
    }
}
