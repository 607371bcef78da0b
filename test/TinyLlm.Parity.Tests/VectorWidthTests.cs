using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TinyLlm.Trainers.Engine;

namespace TinyLlm.Parity.Tests;

/// <summary>
/// Ten steps of training in processes that are allowed other vector instructions, and on ARM64 in an emulator; the oracle is the process
/// with the widest registers of this machine.
/// </summary>
[TestClass]
public sealed class VectorWidthTests
{
    private static readonly string[] Networks = ["gpt2", "llama", "lora", "bf16"];

    private const string NoAvx512 = "DOTNET_EnableAVX512";
    private const string NoAvx2 = "DOTNET_EnableAVX2";
    private const string NoVectors = "DOTNET_EnableHWIntrinsic";

    // With one thread; by what is switched off, if anything.
    private static readonly ConcurrentDictionary<string, Lazy<TrainSteps>> Processes = new();

    // The variables are those of .NET 10; each switches off what is wider, too.
    [TestMethod]
    [DataRow(512, null)]
    [DataRow(256, NoAvx512)]
    [DataRow(128, NoAvx2)]
    [DataRow(0, NoVectors)]
    public void Train_EachVectorWidth_AgreesAndHangsOnNoThreads(int bits, string? off)
    {
        RequireX64(bits);
        var one = Process(off);
        // Where 512 bits slow a processor down, .NET prefers 256, and kernels use the wider ones all the same.
        Assert.IsTrue(one.HardwareBits == bits || (one.HardwareBits, bits) == (256, 512), $"{one.HardwareBits} bits were in force.");
        Assert.AreEqual(Math.Max(bits, 128), one.RegisterBits);

        AssertSameBits(one, TrainSteps.Here(workers: 3, off));
        AssertAgrees(Process(off: null), one);
    }

    // Neither multiplies and adds in one rounding, so there is no reason for any difference.
    [TestMethod]
    public void Train_WithoutVectors_GivesTheBitsOf128()
    {
        RequireX64(128);
        AssertSameBits(Process(NoAvx2), Process(NoVectors));
    }

    // Both have 128 bits and multiply and add in one rounding.
    [TestMethod]
    public void Train_OnArm64_GivesTheBitsOfThisProcessorWith128()
    {
        Arm64Emulator.Require();
        RequireX64(256); // x64 has that multiplication from 256 bits on
        var arm = TrainSteps.OnArm64(workers: 2);
        Assert.AreEqual(("Arm64", 128, 128), (arm.Processor, arm.HardwareBits, arm.RegisterBits));
        AssertAgrees(Process(off: null), arm);
        AssertSameBits(TrainSteps.Here(workers: 1, bits: 128), arm);
    }

    private static TrainSteps Process(string? off) =>
        Processes.GetOrAdd(off ?? "", _ => new Lazy<TrainSteps>(() => TrainSteps.Here(workers: 1, off))).Value;

    private static void RequireX64(int bits)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Inconclusive("Which vector instructions may be used can be chosen on x64 only.");
        if ((int)VectorKernels.Widest < bits)
            Assert.Inconclusive($"This processor has no registers of {bits} bits.");
    }

    private static void AssertSameBits(TrainSteps expected, TrainSteps found)
    {
        foreach (var network in Networks)
        {
            CollectionAssert.AreEqual(expected.Losses(network), found.Losses(network), network);
            CollectionAssert.AreEqual(expected.Files[network], found.Files[network], network);
        }
    }

    private static void AssertAgrees(TrainSteps expected, TrainSteps found)
    {
        foreach (var network in Networks)
        {
            // Sums of 32-bit numbers are made in other orders, and AdamW divides small gradients by their own size. Seen: 1e-8 of the
            // loss, and 7e-6 of a tensor's norm; with BF16, which moves a number by 4e-3 where a last bit decides, 7e-8 and 3e-4.
            var (lossTolerance, weightTolerance) = network == "bf16" ? (1e-6, 2e-3) : (1e-7, 2e-5);
            var (losses, weights) = (expected.Losses(network), expected.Weights(network));
            Assert.HasCount(10, losses);
            for (var step = 0; step < losses.Length; step++)
                Assert.AreEqual(losses[step], found.Losses(network)[step], lossTolerance * losses[step], $"{network}, step {step + 1}");
            foreach (var (name, values) in found.Weights(network))
            {
                var distance = Math.Sqrt(values.Zip(weights[name], (a, b) => ((double)a - b) * ((double)a - b)).Sum());
                var norm = Math.Sqrt(weights[name].Sum(value => (double)value * value));
                Assert.IsLessThan(weightTolerance * norm, distance, $"{network}, {name}");
            }
        }
    }
}
