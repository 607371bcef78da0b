using System.Diagnostics;

namespace TinyLlm.Gguf.Tests.Files;

/// <summary>A process that runs <see cref="ChildProgram"/>.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    /// <summary>Starts it, and waits until it is in the middle of what it does.</summary>
    public static Child StartAndAwait(params string[] arguments)
    {
        var child = new Child(Start(["dotnet", .. Program, .. arguments]));
        Assert.AreEqual("ready", child._process.StandardOutput.ReadLine());
        return child;
    }

    /// <summary>Runs it to its end where no file may grow beyond a size, and returns what it says.</summary>
    public static string RunWithRoomFor(int kibibytes, params string[] arguments)
    {
        // A process that ignores the signal gets an error from the write instead, as on a full disk.
        // The runtime's own memory for code would be such a file, too.
        var command = $"trap '' XFSZ; ulimit -f {kibibytes}; export DOTNET_EnableWriteXorExecute=0; exec dotnet \"$@\"";
        using var process = Start(["bash", "-c", command, "bash", .. Program, .. arguments]);
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return said.Trim();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static string[] Program => ["exec", typeof(Child).Assembly.Location];

    private static Process Start(string[] command) => Process.Start(
        new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
