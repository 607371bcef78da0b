namespace TinyLlm.Fuzz.Mutations;

/// <summary>Values at which readers err.</summary>
internal static class Interesting
{
    private static readonly long[] Wholes =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 11, 12, 16, 24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1024,
        4096, 32768, 65535, 65536, 1_000_000, 10_000_000, 1 << 24, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 40,
        long.MaxValue, long.MinValue, -1, -2, -128, int.MinValue,
    ];

    private static readonly double[] Reals =
    [
        0, -0.0, 1, -1, 2, 0.5, 1e-5, 1e-45, 1e-38, 1e38, 1e300, 10000, 1e6, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        double.Epsilon, double.MaxValue,
    ];

    private static readonly string[] Texts =
    [
        "", " ", "a", "gpt2", "llama", "qwen2", "none", "bert", "t5", "rwkv", "adapter", "lora", "yarn", "longrope", "linear", "default",
        "smollm", "deepseek-coder", "gpt-2", "llama-bpe", "<|endoftext|>", "<|eot_id|>", "</s>", "<0x0A>", "[EMPTY_3]", "\0", "a\0b",
        "unused", "phi-3", "modern-bert", "\uFFFD", "𐐀", "Ā", "Ġ", "model.safetensors", "../x", "NaN", "1e999",
    ];

    public static long Whole(Random random) =>
        random.Next(4) == 0 ? random.NextInt64(random.NextInt64(1, long.MaxValue)) : Wholes[random.Next(Wholes.Length)];

    public static double Real(Random random) => random.Next(4) == 0 ? (random.NextDouble() - 0.5) * 1e4 : Reals[random.Next(Reals.Length)];

    public static string Text(Random random) =>
        random.Next(20) == 0 ? new string((char)random.Next(32, 0x250), random.Next(100_000)) : Texts[random.Next(Texts.Length)];

    /// <summary>Changes bytes without regard to what they mean.</summary>
    public static byte[] Bytes(Random random, byte[] bytes, int within, out string what)
    {
        switch (random.Next(6))
        {
            case 0:
                var length = random.Next(bytes.Length);
                what = $"cut to {length} of {bytes.Length} bytes";
                return bytes[..length];
            case 1:
                var more = random.Next(1, 1000);
                what = $"{more} bytes more";
                return [.. bytes, .. new byte[more]];
            default:
                var changed = (byte[])bytes.Clone();
                var limit = Math.Max(1, Math.Min(within, bytes.Length));
                what = "";
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    var at = random.Next(limit);
                    if (random.Next(3) == 0 && at <= changed.Length - 8)
                        BitConverter.TryWriteBytes(changed.AsSpan(at), Whole(random));
                    else if (random.Next(2) == 0 && at <= changed.Length - 4)
                        BitConverter.TryWriteBytes(changed.AsSpan(at), (int)Whole(random));
                    else
                        changed[at] ^= (byte)(1 << random.Next(8));
                    what += $"byte {at} ";
                }

                return changed;
        }
    }
}
