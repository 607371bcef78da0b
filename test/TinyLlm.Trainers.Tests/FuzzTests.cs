using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyLlm.Trainers.Tests;

/// <summary>Damaged files for everything that reads files, in processes of their own: the short form of a run by hand.</summary>
[TestClass]
public sealed partial class FuzzTests
{
    private const int LeastFiles = 20; // of the slowest target on a busy machine; commonly hundreds

    [TestMethod]
    public void Run_EveryTarget_RefusesAsDocumented()
    {
        // Ends with an error that names each fault with target, seed and case, which `--case` runs again.
        var lines = OtherProcess.RunBuilt("TinyLlm.Fuzz.dll", "--seconds", "40", "--seed", "1");
        var counts = lines.Select(line => Row().Match(line)).Where(match => match.Success)
            .ToDictionary(
                match => match.Groups[1].Value,
                match => int.Parse(match.Groups[2].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        string[] expected =
        [
            "gguf", "engine", "adapter", "session", "quantizer", "grammar", "safetensors", "huggingface", "tokenizer", "llmc", "checkpoint",
            "lora", "peft", "shard", "bins",
        ];
        CollectionAssert.AreEquivalent(expected, counts.Keys.ToArray(), string.Join('\n', lines));
        foreach (var (target, count) in counts)
            Assert.IsGreaterThanOrEqualTo(LeastFiles, count, target);
    }

    [GeneratedRegex(@"^([a-z]+) +([0-9,]+) +[0-9,]+ +[0-9,]+ +[0-9]+ ")]
    private static partial Regex Row();
}
