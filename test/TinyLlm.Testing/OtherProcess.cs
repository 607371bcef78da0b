using System.Diagnostics;

namespace TinyLlm.Testing;

/// <summary>A program that was built beside the tests, run in a process of its own.</summary>
internal static class OtherProcess
{
    /// <summary>Runs it to its end, which must be a good one, and returns the lines that it wrote.</summary>
    public static string[] Run(string assembly, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, assembly);
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
