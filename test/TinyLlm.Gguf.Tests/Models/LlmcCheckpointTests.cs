using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class LlmcCheckpointTests
{
    [TestMethod]
    [DataRow(GgufTensorType.F32)]
    [DataRow(GgufTensorType.BF16)]
    public void SaveAndLoad_Model_IsTheSame(GgufTensorType type)
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 6);
        LlmcCheckpoint.Save(model, folder.PathOf("gpt2.bin"), type);
        using var loaded = LlmcCheckpoint.Load(folder.PathOf("gpt2.bin"), model.Vocabulary);
        Assert.AreEqual(model.Architecture, loaded.Architecture);
        foreach (var (a, b) in model.Tensors.Zip(loaded.Tensors))
            CollectionAssert.AreEqual(a.ConvertTo(type).ToSingles(), b.ToSingles(), a.Name);
    }

    [TestMethod]
    public void Save_File_HasLlmcsLayout()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModels.Create(ModelKind.Gpt2, seed: 6);
        LlmcCheckpoint.Save(model, folder.PathOf("gpt2.bin"));
        var words = MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(folder.PathOf("gpt2.bin"))).ToArray();
        // Magic, version, context, vocabulary, layers, heads, width, vocabulary padded to a multiple of 128.
        CollectionAssert.AreEqual(new[] { 20240326, 3, 128, 257, 2, 4, 64, 384 }, words[..8]);
        // After wte [384, 64], wpe [128, 64] and ln_1's weights and biases of both layers comes c_attn of layer 0, then of layer 1.
        var start = 256 + (384 * 64) + (128 * 64) + (2 * 2 * 64);
        Assert.AreEqual(model["blk.0.attn_qkv.weight"].ToSingles()[5], BitConverter.Int32BitsToSingle(words[start + 5]));
        Assert.AreEqual(model["blk.1.attn_qkv.weight"].ToSingles()[5], BitConverter.Int32BitsToSingle(words[start + (192 * 64) + 5]));
        Assert.AreEqual(0, words[256 + (257 * 64)], "Rows beyond the vocabulary are zero.");
    }

    [TestMethod]
    public void LoadAndSave_WhatIsWrong_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("gpt2.bin");
        var model = TinyModels.Create(ModelKind.Gpt2);
        LlmcCheckpoint.Save(model, path);
        var valid = File.ReadAllBytes(path);
        Fails(valid[..100], "takes 1024");
        Fails(With(0, 7), "begins with 7; an llm.c checkpoint begins with 20240326");
        Fails(With(1, 2), "version 2; versions 3 and 5");
        Fails(With(4, 0), "layers 0");
        Fails(With(4, 3), "and its header describes");
        Fails(valid[..^4], "and its header describes");
        Fails(With(4, 10_000_000), "which 10,000,000 layers of the width 64 do not fit");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => LlmcCheckpoint.Save(TinyModels.Create(ModelKind.Llama), path)).Message,
            "GPT-2 models");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => LlmcCheckpoint.Save(model, path, GgufTensorType.Q8_0)).Message,
            "F32 and BF16, not Q8_0");

        byte[] With(int index, int value)
        {
            var bytes = (byte[])valid.Clone();
            BitConverter.TryWriteBytes(bytes.AsSpan(4 * index), value);
            return bytes;
        }

        void Fails(byte[] bytes, string message)
        {
            File.WriteAllBytes(path, bytes);
            StringAssert.Contains(
                Assert.ThrowsExactly<FormatException>(() => LlmcCheckpoint.Load(path, model.Vocabulary).Dispose()).Message, message);
        }
    }
}
