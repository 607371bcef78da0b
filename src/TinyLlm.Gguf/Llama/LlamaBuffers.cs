using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyLlm.Gguf.Llama;

/// <summary>Adds up the buffers that llama.cpp says it has taken, to a hundredth of a MiB each.</summary>
/// <remarks>No function of its C interface tells the size of all of them; its messages do.</remarks>
internal static partial class LlamaBuffers
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Makes something native.</summary>
    /// <returns>It, and the bytes of the buffers that were taken for it.</returns>
    public static (T Made, long Bytes) Count<T>(Func<T> make)
    {
        var mebibytes = 0.0;
        using (LlamaLog.Listen(Read))
        {
            var made = make();
            return (made, (long)(mebibytes * Mebibyte));
        }

        void Read(string message)
        {
            if (BufferSize().Match(message) is { Success: true } match)
                mebibytes += double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    // For example "llama_kv_cache:        CPU KV buffer size =     0.25 MiB"; weights and computations have theirs.
    [GeneratedRegex(@" buffer size = +([0-9.]+) MiB")]
    private static partial Regex BufferSize();
}
