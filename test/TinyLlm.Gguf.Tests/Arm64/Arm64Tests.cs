using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Arm64;

/// <summary>
/// Runs llama.cpp's ARM64 libraries, as the build ships them, in an emulator on models made here; the oracle is this process.
/// </summary>
[TestClass]
public sealed class Arm64Tests
{
    private const int Tokens = 24;
    private const string Compiler = "aarch64-linux-gnu-gcc";

    private static readonly string Libraries = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-arm64", "native");
    private static readonly TemporaryFolder Folder = new();

    [ClassCleanup]
    public static void DeleteFolder() => Folder.Dispose();

    // cortex-a53 is the plainest ARMv8.0 (Raspberry Pi 3); cortex-a76 has half precision and dot products (Raspberry Pi 5);
    // max has SVE and more.
    [TestMethod]
    [DataRow("cortex-a53", ModelKind.Gpt2, GgufTensorType.F32)]
    [DataRow("cortex-a53", ModelKind.Gpt2, GgufTensorType.Q8_0)]
    [DataRow("cortex-a53", ModelKind.Llama, GgufTensorType.F32)]
    [DataRow("cortex-a53", ModelKind.Llama, GgufTensorType.Q8_0)]
    [DataRow("cortex-a76", ModelKind.Gpt2, GgufTensorType.Q8_0)]
    [DataRow("cortex-a76", ModelKind.Llama, GgufTensorType.Q8_0)]
    [DataRow("max", ModelKind.Gpt2, GgufTensorType.F32)]
    [DataRow("max", ModelKind.Llama, GgufTensorType.Q8_0)]
    public void Libraries_UnderEmulation_GenerateTheTokensOfThisProcess(string processor, ModelKind kind, GgufTensorType type)
    {
        Arm64Emulator.Require(Compiler);
        var path = Folder.PathOf($"{processor}-{kind}-{type}.gguf");
        Save(TinyModels.Create(kind, seed: 9), type, path);
        var (prompt, expected) = GenerateHere(path);

        var program = GreedyProgram.Compile(
            Compiler, Libraries, Directory.CreateDirectory(path + ".program").FullName, Arm64Emulator.On(processor));
        var (tokens, logits, _) = program.Generate(path, prompt, Tokens, context: 128, exact: true);

        CollectionAssert.AreEqual(expected.Select(step => step.Token).ToArray(), tokens);
        // Seen: 2e-5 and 3e-7. F32 sums differ by their order; with Q8_0 a last bit may move an activation to the next of 127 steps.
        var tolerance = type == GgufTensorType.F32 ? 1e-4 : 2e-2;
        for (var i = 0; i < Tokens; i++)
            Assert.AreEqual(expected[i].Logit, logits[i], tolerance, $"token {i}");
    }

    private static void Save(LanguageModel model, GgufTensorType type, string path) => new LanguageModel(
        model.Architecture,
        model.Vocabulary,
        model.Tensors.Select(
            tensor => tensor.Shape.Length == 1 || tensor.Name == "position_embd.weight" ? tensor : tensor.ConvertTo(type))).Save(path);

    private static (int[] Prompt, (int Token, float Logit)[] Steps) GenerateHere(string path)
    {
        using var model = LlamaModel.Load(path, mapped: true);
        using var context = new LlamaContext(model, new LlamaContextOptions { ContextLength = 128, Exact = true });
        var prompt = model.Tokenize("window 12 : 0.31 -1.70", addSpecial: false, parseSpecial: false);
        var output = 0;
        for (var i = 0; i < prompt.Length; i++)
            output = context.Add(prompt[i], i, output: i == prompt.Length - 1);
        context.Decode();
        var steps = new (int Token, float Logit)[Tokens];
        for (var i = 0; i < Tokens; i++)
        {
            var logits = context.Logits(output).ToArray();
            var best = Array.IndexOf(logits, logits.Max());
            steps[i] = (best, logits[best]);
            output = context.Add(best, prompt.Length + i, output: true);
            context.Decode();
        }

        return (prompt, steps);
    }
}
