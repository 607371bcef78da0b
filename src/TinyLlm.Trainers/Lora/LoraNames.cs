namespace TinyLlm.Trainers;

/// <summary>
/// How the two parts of an update are named in a GGUF adapter: the matrix's name and a suffix. Source: <c>llama-adapter.cpp</c> of
/// llama.cpp.
/// </summary>
internal static class LoraNames
{
    public const string A = ".lora_a";
    public const string B = ".lora_b";

    public static bool IsPart(string name) => name.EndsWith(A, StringComparison.Ordinal) || name.EndsWith(B, StringComparison.Ordinal);
}
