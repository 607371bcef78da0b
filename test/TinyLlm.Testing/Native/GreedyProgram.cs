using System.Globalization;

namespace TinyLlm.Testing;

/// <summary>
/// A program in C that generates greedily through llama.cpp: compiled from <c>greedy.c</c> against one platform's libraries, and run.
/// </summary>
internal sealed class GreedyProgram
{
    private readonly string _libraries;
    private readonly string[] _command;

    private GreedyProgram(string libraries, string[] command) => (_libraries, _command) = (libraries, command);

    /// <summary>Compiles it.</summary>
    /// <param name="compiler">The compiler, such as <c>gcc</c>.</param>
    /// <param name="libraries">The folder of llama.cpp's libraries.</param>
    /// <param name="folder">Where the program is put.</param>
    /// <param name="emulator">What it is run by, such as <c>qemu-aarch64-static</c> and its arguments; nothing to run it as it is.</param>
    public static GreedyProgram Compile(string compiler, string libraries, string folder, params string[] emulator)
    {
        var program = Path.Combine(folder, "greedy");
        // The libraries name the C++ runtime, which the linker need not see.
        string[] files = [.. new[] { "libllama.*", "libggml.*", "libggml-base.*" }
            .Select(name => Directory.GetFiles(libraries, name).Single())];
        var source = Path.Combine(AppContext.BaseDirectory, "greedy.c");
        OtherProcess.Run([compiler, "-O3", "-Wall", "-o", program, source, .. files, $"-Wl,-rpath,{libraries}", "-Wl,--allow-shlib-undefined"]);
        return new GreedyProgram(libraries, [.. emulator, program]);
    }

    /// <summary>Generates <paramref name="count"/> tokens behind a prompt, <paramref name="rounds"/> times.</summary>
    /// <returns>The tokens with their logits, and the seconds that each round took for all tokens but the first.</returns>
    public (int[] Tokens, float[] Logits, double[] Seconds) Generate(
        string model, int[] prompt, int count, int context, int threads = 1, bool exact = false, int rounds = 1)
    {
        int[] numbers = [context, threads, exact ? 1 : 0, rounds, count, .. prompt];
        var lines = OtherProcess.Run([.. _command, model, _libraries, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToLookup(words => words[0] == "seconds");
        return (
            [.. lines[false].Select(words => int.Parse(words[0], CultureInfo.InvariantCulture))],
            [.. lines[false].Select(words => float.Parse(words[1], CultureInfo.InvariantCulture))],
            [.. lines[true].Select(words => double.Parse(words[1], CultureInfo.InvariantCulture))]);
    }
}
