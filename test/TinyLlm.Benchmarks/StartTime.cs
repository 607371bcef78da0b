using System.Diagnostics;
using TinyLlm.Testing;
using static System.FormattableString;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Runs a command that takes a model and a prompt, as samples/01-RunGguf does, on a tiny model: the time from starting the process to its
/// end, with loading llama.cpp and the model and generating 32 tokens.
/// </summary>
internal static class StartTime
{
    private const int Rounds = 41;

    public static void Run(string[] command)
    {
        if (command.Length == 0)
            throw new ArgumentException("Name the command: start <program> [arguments].");
        using var folder = new TemporaryFolder();
        RandomModel.Save(RandomModel.Tiny, folder.PathOf("tiny.gguf"));
        string[] whole = [.. command, folder.PathOf("tiny.gguf"), "The sensor reads"];
        OtherProcess.Run(whole); // the first one reads the files from the disk
        var times = new double[Rounds]; // seconds
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            OtherProcess.Run(whole);
            times[round] = clock.Elapsed.TotalSeconds;
        }

        Array.Sort(times);
        Console.WriteLine(Invariant(
            $"start: median {times[Rounds / 2]:F3} s, {times[0]:F3} to {times[^1]:F3} s in {Rounds} runs of {string.Join(' ', command)}"));
    }
}
