using System.Diagnostics;

namespace TinyLlm.Testing;

/// <summary>A program in a process of its own.</summary>
internal static class OtherProcess
{
    /// <summary>Returns where a command is found on the path; null where it is not installed.</summary>
    public static string? Find(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program that was built beside the tests, and returns the lines that it wrote.</summary>
    public static string[] RunBuilt(string assembly, params string[] arguments) =>
        Run(["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs a command to its end, and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">The command failed; the message has what it wrote.</exception>
    public static string Run(string[] command, params (string Name, string Value)[] environment) =>
        Written(command, RunToEnd(command, folder: null, environment));

    /// <inheritdoc cref="Run(string[], ValueTuple{string, string}[])"/>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="change">Changes the environment that it inherits.</param>
    public static string Run(string[] command, string folder, Action<IDictionary<string, string?>> change) =>
        Written(command, RunToEnd(command, folder, change));

    /// <summary>Runs a command to its end, in a folder if one is given, and returns how it ended and what it wrote.</summary>
    public static (int Code, string Output, string Errors) RunToEnd(
        string[] command, string? folder = null, params (string Name, string Value)[] environment) =>
        RunToEnd(command, folder, inherited =>
        {
            foreach (var (name, value) in environment)
                inherited[name] = value;
        });

    private static (int Code, string Output, string Errors) RunToEnd(
        string[] command, string? folder, Action<IDictionary<string, string?>> change)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        change(start.Environment);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    private static string Written(string[] command, (int Code, string Output, string Errors) ended) => ended.Code == 0
        ? ended.Output
        : throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {ended.Code}: {ended.Errors}{ended.Output}");
}
