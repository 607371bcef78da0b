using System.Diagnostics;
using System.Globalization;

namespace TinyLlm.Fuzz;

/// <summary>Runs a worker and reads its journal; ends it where a case takes too long.</summary>
internal sealed class WorkerWatch(double startSeconds, double caseSeconds)
{
    private const int KeptErrors = 400;

    /// <summary>Gets the end of what the worker wrote as errors.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code, the case that was begun and not ended, and whether it was ended for that.</returns>
    public (int Code, int? Case, bool IsSlow) Run(string[] arguments, Action<Outcome> receive)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(WorkerWatch).Assembly.Location);
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x80000000"; // 2 GiB
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        int? begun = null;
        var isSlow = false;
        while (true)
        {
            var reading = process.StandardOutput.ReadLineAsync();
            if (!reading.Wait(TimeSpan.FromSeconds(begun is null ? startSeconds : caseSeconds)))
            {
                isSlow = true;
                process.Kill(entireProcessTree: true);
                break;
            }

            if (reading.Result is not { } line)
                break;
            if (line.StartsWith("?\t", StringComparison.Ordinal))
                begun = int.Parse(line.AsSpan(2), CultureInfo.InvariantCulture);
            else if (line.StartsWith(Outcome.Prefix + "\t", StringComparison.Ordinal))
            {
                receive(Outcome.Parse(line));
                begun = null;
            }
        }

        process.WaitForExit();
        var text = errors.Result.ReplaceLineEndings(" ").Trim();
        Errors = text.Length <= KeptErrors ? text : text[..KeptErrors];
        return (process.ExitCode, begun, isSlow);
    }
}
