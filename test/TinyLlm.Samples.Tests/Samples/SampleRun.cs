using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace TinyLlm.Samples.Tests.Samples;

/// <summary>A sample that runs as its reader runs it, in a folder of the test's own, without a console.</summary>
internal sealed class SampleRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _output = new();
    private readonly Task<string> _errors;

    private SampleRun(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _ = PumpAsync();
    }

    /// <summary>Gets what was written and read so far.</summary>
    public string Output => _output.ToString();

    /// <summary>Starts a sample; its input is at its end.</summary>
    public static SampleRun Start(TemporaryFolder folder, string sample, params string[] arguments) => Start(folder, "", sample, arguments);

    /// <summary>Runs a sample to its end, which must be a good one, and returns what it said.</summary>
    public static string Run(TemporaryFolder folder, string sample, params string[] arguments) => Run(folder, "", sample, arguments);

    /// <inheritdoc cref="Run(TemporaryFolder, string, string[])"/>
    /// <param name="folder">Where it runs, and where its temporary files go.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="sample">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Run(TemporaryFolder folder, string input, string sample, string[] arguments)
    {
        using var run = Start(folder, input, sample, arguments);
        var (code, errors) = run.End();
        Assert.AreEqual("", errors, $"{sample} writes to the error stream what is no error.");
        Assert.AreEqual(0, code, run.Output);
        return run.Output;
    }

    /// <summary>Reads up to the first line that holds a text, and returns it.</summary>
    public string ReadUntil(string text)
    {
        while (ReadLine() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }

        Assert.Fail($"It ended without saying '{text}':\n{Output}\n{_errors.Result}");
        return "";
    }

    /// <summary>Waits until a condition holds, or the sample has ended.</summary>
    public void WaitUntil(Func<bool> condition) => SpinWait.SpinUntil(() => condition() || _process.HasExited, Limit);

    /// <summary>Sends a signal, such as INT for Ctrl-C.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; returns the exit code and what was written to the error stream.</summary>
    public (int Code, string Errors) End()
    {
        while (ReadLine() is not null)
        {
            // Its last line comes when it has ended.
        }

        if (!_process.WaitForExit(Limit))
            Assert.Fail($"It did not end within {Limit}:\n{Output}");
        return (_process.ExitCode, _errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private string? ReadLine()
    {
        var more = _lines.Reader.WaitToReadAsync().AsTask();
        if (!more.Wait(Limit))
            Assert.Fail($"It said nothing for {Limit}. It had said:\n{Output}");
        if (!more.Result || !_lines.Reader.TryRead(out var line))
            return null;
        _output.Append(line).Append('\n');
        return line;
    }

    // A program whose output nobody takes stands still.
    private async Task PumpAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }

    private static SampleRun Start(TemporaryFolder folder, string input, string sample, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Sample.Assembly(sample), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Root,
        };
        foreach (var variable in new[] { "TMPDIR", "TMP", "TEMP" })
            start.Environment[variable] = folder.Root;
        var process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return new SampleRun(process);
    }
}
