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

        // A block of width 64: qkv 64·192, output 64·64, up and down 64·256 each: 49,152. The head: 257·64 = 16,448. Attention: 6·32·64 a layer.
        Assert.AreEqual((100 * ((6 * 2 * 49_152.0) + (2 * 6 * 32 * 64))) + (10 * 6 * 16_448.0), full.CountOperations(100, 32, 10));

        // Pairs of rank 2 on the four matrices: 2·(64+192) + 2·(64+64) + 2·(64+256)·2 = 2,048 weights that are trained.
        Assert.AreEqual((100 * ((2 * ((4 * 49_152.0) + (6 * 2_048))) + (2 * 6 * 32 * 64))) + (10 * 4 * 16_448.0), adapted.CountOperations(100, 32, 10));
    }
}
