using TinyLlm.Fuzz.Readers;

namespace TinyLlm.Fuzz;

/// <summary>Everything that reads what others wrote, by name.</summary>
internal static class Targets
{
    private static readonly Dictionary<string, Func<FuzzTarget>> Makers = new(StringComparer.Ordinal)
    {
        ["gguf"] = () => new GgufTarget(),
        ["engine"] = () => new EngineTarget(),
        ["adapter"] = () => new AdapterTarget(),
        ["session"] = () => new SessionTarget(),
        ["quantizer"] = () => new QuantizerTarget(),
        ["grammar"] = () => new GrammarTarget(),
        ["safetensors"] = () => new SafetensorsTarget(),
        ["huggingface"] = () => new HuggingFaceTarget(),
        ["tokenizer"] = () => new TokenizerTarget(),
        ["llmc"] = () => new LlmcTarget(),
        ["checkpoint"] = () => new CheckpointTarget(),
        ["lora"] = () => new LoraTarget(),
        ["peft"] = () => new PeftTarget(),
        ["shard"] = () => new ShardTarget(),
        ["bins"] = () => new BinsTarget(),
    };

    public static string[] Names => [.. Makers.Keys];

    public static FuzzTarget Make(string name) => Makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no target '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
}
