using System.Diagnostics;

namespace TinyLlm.Testing;

/// <summary>A program in a process of its own.</summary>
internal static class OtherProcess
{
    /// <summary>Runs a program that was built beside the tests, and returns the lines that it wrote.</summary>
    public static string[] RunBuilt(string assembly, params string[] arguments) =>
        Run(["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs a command to its end, and returns what it wrote.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Where it runs; by default where the tests do.</param>
    /// <param name="change">Changes the environment that it inherits.</param>
    /// <exception cref="InvalidOperationException">The command failed; the message has what it wrote.</exception>
    public static string Run(string[] command, string folder = "", Action<IDictionary<string, string?>>? change = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        change?.Invoke(start.Environment);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {errors.Result}{output}");
    }
}
