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
        new Job(settings, cancellationToken).Run();
        return 0;
    }
    catch (OperationCanceledException e)
    {
        Console.Error.WriteLine($"{e.Message}");
        return 130;
    }
    catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException
        or ArgumentException or InvalidOperationException or FormatException)
    {
        var kept = e is InvalidOperationException && Directory.Exists(Path.Combine(settings.Folder, "checkpoints"));
        Console.Error.WriteLine(kept ? $"{e.Message} --fresh does." : e.Message);
        return 1;
    }
}
