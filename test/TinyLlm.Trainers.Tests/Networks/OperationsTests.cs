using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Networks;

[TestClass]
public sealed class OperationsTests
{
    [TestMethod]
    public void CountOperations_TwoLayers_IsCountedByHand()
    {
        using var pool = new WorkerPool(1);
        var model = TinyModels.Create(ModelKind.Gpt2);
        using var full = Network.Load(model, pool, new NetworkOptions());
        using var adapted = Network.Load(model, pool, new NetworkOptions { Lora = new LoraOptions { Rank = 2 } });

        // A block of width 64: qkv 64·192 = 12,288, then output 64·64, up and down 64·256 each: 36,864, at targets only in the last of two.
        // The head: 257·64 = 16,448. Attention: 6·32·64 a layer.
        const double Everywhere = 49_152 + 12_288, AtTargets = 36_864, Head = 16_448, Attention = 2 * 6 * 32 * 64;
        Assert.AreEqual((100 * ((6 * Everywhere) + Attention)) + (10 * 6 * (AtTargets + Head)), full.CountOperations(100, 32, 10));

        // Pairs of rank 2, which are trained: 2·(64+192) = 512 on qkv, then 2·(64+64) + 2·(64+256)·2 = 1,536.
        const double PairsEverywhere = 2_048 + 512, PairsAtTargets = 1_536;
        Assert.AreEqual(
            (100 * ((4 * Everywhere) + (6 * PairsEverywhere) + Attention)) + (10 * ((4 * (AtTargets + Head)) + (6 * PairsAtTargets))),
            adapted.CountOperations(100, 32, 10));
    }
}
