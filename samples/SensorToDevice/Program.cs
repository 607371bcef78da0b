// From a sensor CSV to a model file that runs on the device, in one ML.NET pipeline: windows, text, tokens, a small language model trained
// from nothing, adapted with LoRA, quantized, exported, and evaluated in llama.cpp beside three baselines.
//   dotnet run --project samples/SensorToDevice                                        the recording that comes with it
//   dotnet run --project samples/SensorToDevice -- --csv rooms.csv --label room        your own; --help tells the rest
// Ctrl-C stops it; the same command goes on where it was.
using SensorToDevice;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !stop.IsCancellationRequested; // a second Ctrl-C ends it at once
    stop.Cancel();
};
return Settings.Command(settings => Run(settings, stop.Token)).Parse(args).Invoke();

static int Run(Settings settings, CancellationToken cancellationToken)
{
    try
    {
        settings.Validate();
        using var job = new Job(settings, cancellationToken);
        job.Run();
        return 0;
    }
    catch (OperationCanceledException e)
    {
        Console.Error.WriteLine(e.Message);
        return 130;
    }
    catch (Exception e)
    {
        Console.Error.WriteLine(Explain(e, settings));
        return 1;
    }
}

// A message for a person: what to do next in this program's options, and never a stack trace.
static string Explain(Exception e, Settings settings) => e switch
{
    InvalidOperationException or FormatException when e.Message.Contains("set Resume to false", StringComparison.Ordinal) =>
        $"{e.Message} --fresh does.",
    UnauthorizedAccessException => $"{e.Message} Choose another --folder than {settings.Folder}, or change its permissions.",
    ArgumentException or InvalidDataException or InvalidOperationException or IOException or FormatException or NotSupportedException =>
        e.Message,
    OutOfMemoryException => "There is not enough memory: choose a smaller --width, fewer --layers or a shorter --window.",
    _ => $"{e.GetType().Name}: {e.Message}",
};
