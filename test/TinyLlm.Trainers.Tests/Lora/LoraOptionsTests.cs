using TinyLlm.Gguf;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;
using TinyLlm.Trainers.Tests.Networks;

namespace TinyLlm.Trainers.Tests.Lora;

[TestClass]
public sealed class LoraOptionsTests
{
    [TestMethod]
    public void Validate_Defaults_Pass() => new LoraOptions().Validate();

    [TestMethod]
    public void Validate_BadSettings_ReportsEveryProblem()
    {
        var options = new LoraOptions { Rank = 0, Alpha = double.NaN, Dropout = 1, Targets = [] };
        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);
        Assert.AreEqual(
            "The LoraOptions are not valid: Rank is 0; 1 to 512 is expected; Alpha is NaN; a positive number is expected; "
            + "Dropout is 1; a number from 0 up to and without 1 is expected; "
            + "Targets is empty or has an empty name; at least one name such as 'blk.*.attn_*.weight' is expected.",
            error.Message);
    }

    [TestMethod]
    public void Create_TargetsThatMatchNothing_NamesWhatThereIs()
    {
        using var pool = new WorkerPool(1);
        var options = new NetworkOptions { Lora = new LoraOptions { Targets = ["*.q_proj.weight"] } };
        var architecture = TestNetworks.Architecture(ModelKind.Gpt2, tied: true);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Network.Create(architecture, pool, options, seed: 1));
        Assert.AreEqual(
            "No matrix of the blocks matches LoraOptions.Targets (*.q_proj.weight). "
            + "The first block has: blk.0.attn_qkv.weight, blk.0.attn_output.weight, blk.0.ffn_up.weight, blk.0.ffn_down.weight.",
            error.Message);
    }

    [TestMethod]
    public void Create_Defaults_TrainsOnlyPairs()
    {
        using var pool = new WorkerPool(1);
        using var network = Network.Create(
            TestNetworks.Architecture(ModelKind.Llama, true), pool, new NetworkOptions { Lora = new LoraOptions() }, 1);
        Assert.AreEqual(2 * 2 * 7, network.Parameters.Count(parameter => parameter.IsTrainable));
        Assert.IsTrue(network.Parameters.All(parameter => parameter.IsTrainable == LoraNames.IsPart(parameter.Name)));
    }
}
