using System.Collections.Immutable;
using System.Diagnostics;

namespace TinyLlm.Gguf;

/// <summary>How an engine runs its model.</summary>
public sealed record TinyGptOptions
{
    private const int MostProcessors = 64; // what an affinity mask of the runtime holds

    /// <summary>
    /// Gets the number of threads; at least 1. Default: 1 for models below 5 M parameters, otherwise one
    /// less than the processors, at most 8.
    /// </summary>
    /// <remarks>
    /// llama.cpp's threads spin while they wait for each other: for tiny models more of them are slower, and much slower on a busy machine.
    /// </remarks>
    public int? Threads { get; init; }

    /// <summary>
    /// Gets the numbers of the processors that compute, from 0 to 63, one thread pinned to each, the first in a thread of the
    /// engine's own. Default: none is pinned.
    /// </summary>
    /// <remarks>For devices with fast and slow cores, or with cores kept for this. macOS cannot do it.</remarks>
    public ImmutableArray<int> Processors { get; init; } = [];

    /// <summary>
    /// Gets the tokens of context; at least 8. Default: what the model was trained for, beyond which more takes memory only.
    /// </summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets the most tokens that are computed at once; at least 1. Default 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>Gets whether the file is mapped, so that processes share it. Default true.</summary>
    public bool UseMemoryMap { get; init; } = true;

    /// <summary>
    /// Gets whether keys and values are kept in 32 bits and attention is computed plainly: slower, for comparisons. Default false.
    /// </summary>
    public bool ExactAttention { get; init; }

    /// <summary>Throws where a setting is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate() => OptionChecks.Throw(
        nameof(TinyGptOptions),
        (Threads is null or >= 1, $"{nameof(Threads)} is {Threads}; at least 1 is expected"),
        (!Processors.IsDefault && Processors.Distinct().Count() == Processors.Length, $"{nameof(Processors)} names a processor twice"),
        (Processors.IsDefaultOrEmpty || Processors.All(IsAllowed),
            $"{nameof(Processors)} are {List(Processors)}; this process may pin to "
            + $"{List([.. Enumerable.Range(0, MostProcessors).Where(IsAllowed)])}"),
        (Processors.IsDefaultOrEmpty || Threads is null || Threads == Processors.Length,
            $"{nameof(Threads)} is {Threads}, and {nameof(Processors)} has {(Processors.IsDefault ? 0 : Processors.Length)}: "
            + $"leave {nameof(Threads)} out"),
        (ContextLength is null or >= 8, $"{nameof(ContextLength)} is {ContextLength}; at least 8 is expected"),
        (BatchSize >= 1, $"{nameof(BatchSize)} is {BatchSize}; at least 1 is expected"));

    private static string List(ImmutableArray<int> numbers) => numbers.IsDefaultOrEmpty ? "none" : string.Join(", ", numbers);

    private static bool IsAllowed(int processor)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            return false;
        using var process = Process.GetCurrentProcess();
        return processor is >= 0 and < MostProcessors && (((long)process.ProcessorAffinity >> processor) & 1) == 1;
    }
}
