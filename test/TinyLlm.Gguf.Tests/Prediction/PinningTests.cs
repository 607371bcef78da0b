using System.Diagnostics;

namespace TinyLlm.Gguf.Tests.Prediction;

[TestClass]
[DoNotParallelize] // because it counts the threads of all engines of the process
public sealed class PinningTests
{
    private static readonly GenerationOptions Few = new() { MaximumTokens = 4 };

    [TestMethod]
    [OSCondition(OperatingSystems.Linux, IgnoreMessage = "Where threads may run is read from Linux's /proc.")]
    public async Task Processors_Given_PinTheEnginesThreadAndNotTheCallers()
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama, seed: 4).Save(folder.PathOf("model.gguf"));
        using var roaming = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        var processor = Allowed()[^1];
        var before = AllowedTo("/proc/thread-self");
        using (var pinned = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"), new TinyGptOptions { Processors = [processor] }))
        {
            Assert.AreEqual(1, pinned.Threads);
            Assert.AreEqual(roaming.Generate("window", Few), pinned.Generate("window", Few));
            Assert.AreEqual(roaming.Classify("window", ["tap", "shake"]).Label, pinned.Classify("window", ["tap", "shake"]).Label);
            Assert.AreEqual(before, AllowedTo("/proc/thread-self"), "The caller's thread stays free.");
            var pieces = new List<string>();
            await foreach (var piece in pinned.GenerateAsync("window", Few))
                pieces.Add(piece);
            Assert.AreEqual(roaming.Generate("window", Few), string.Concat(pieces));
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => pinned.Generate(new string('x', 200))).Message,
                "200 tokens",
                "Errors arrive as they are.");
            CollectionAssert.Contains(EngineThreads(), processor.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // The thread has been joined; the kernel may list it for a moment longer.
        Assert.IsTrue(SpinWait.SpinUntil(() => EngineThreads().Length == 0, TimeSpan.FromSeconds(10)), "The thread ends with its engine.");
    }

    [TestMethod]
    public void Processors_Two_AreTwoThreads()
    {
        if (Allowed() is not [var first, .., var last])
        {
            Assert.Inconclusive("This process has one processor only.");
            return;
        }

        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Gpt2, seed: 4).Save(folder.PathOf("model.gguf"));
        using var roaming = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"));
        using var pinned = TinyGptPredictionEngine.Open(folder.PathOf("model.gguf"), new TinyGptOptions { Processors = [first, last] });
        Assert.AreEqual(2, pinned.Threads);
        Assert.AreEqual(roaming.Generate("window", Few), pinned.Generate("window", Few));
    }

    [TestMethod]
    public void Validate_ProcessorsThatCannotBe_AreNamed()
    {
        var message = Assert.ThrowsExactly<ArgumentException>(
            () => new TinyGptOptions { Processors = [63, 63, -1], Threads = 1 }.Validate()).Message;
        StringAssert.Contains(message, "Processors names a processor twice");
        StringAssert.Contains(message, "Processors are 63, 63, -1; this process may pin to ");
        StringAssert.Contains(message, "Threads is 1, and Processors has 3: leave Threads out");
    }

    private static int[] Allowed()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Only Linux and Windows pin threads.");
            return [];
        }

        using var process = Process.GetCurrentProcess();
        var mask = (long)process.ProcessorAffinity;
        return [.. Enumerable.Range(0, 64).Where(i => ((mask >> i) & 1) == 1)];
    }

    // Where the threads that engines of this process own may run, as the kernel lists it. A thread may end between the list and the look.
    private static string[] EngineThreads() => [.. Directory.GetDirectories("/proc/self/task").Select(AllowedTo).OfType<string>()];

    private static string? AllowedTo(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").Trim() == PinnedThread.Name
                ? File.ReadLines($"{task}/status").Single(line => line.StartsWith("Cpus_allowed_list:")).Split(':')[1].Trim()
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
