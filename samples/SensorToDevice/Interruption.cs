using System.Security.Cryptography;

namespace SensorToDevice;

/// <summary>What an interrupted run was asked for, beside its checkpoints, so that a run that goes on is asked for the same.</summary>
internal sealed class Interruption(Settings settings)
{
    private readonly string _folder = Path.Combine(settings.Folder, "checkpoints");

    private string FilePath => Path.Combine(_folder, "settings.txt");

    /// <summary>Compares with the run whose checkpoints are there, and writes down what this one is asked for.</summary>
    /// <exception cref="InvalidOperationException">The other run was asked for something else; the message says what.</exception>
    public void Begin()
    {
        if (settings.Fresh)
            End();
        string[] now = [.. Describe(settings).Select(pair => $"{pair.Name}\t{pair.Value}")];
        var hasCheckpoint = Directory.Exists(_folder)
            && Directory.EnumerateFiles(_folder, "*.gguf", SearchOption.AllDirectories).Any();
        if (hasCheckpoint && File.Exists(FilePath))
        {
            var then = File.ReadAllLines(FilePath).Select(line => line.Split('\t', 2)).Where(pair => pair.Length == 2)
                .ToDictionary(pair => pair[0], pair => pair[1]);
            string[] changes =
            [
                .. Describe(settings).Where(pair => then.GetValueOrDefault(pair.Name) != pair.Value)
                    .Select(pair => pair.IsContent
                        ? $"the content of {pair.Name} is another"
                        : $"{pair.Name} was {then.GetValueOrDefault(pair.Name, "not known")}, is {pair.Value}"),
            ];
            if (changes.Length > 0)
                throw new InvalidOperationException(
                    $"{settings.Folder} holds an interrupted run that was asked for something else: {string.Join("; ", changes)}. "
                    + "Ask for the same to go on, choose another --folder, or begin anew with --fresh.");
        }

        Directory.CreateDirectory(_folder);
        File.WriteAllLines(FilePath, now);
    }

    /// <summary>Removes the checkpoints.</summary>
    public void End()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<(string Name, string Value, bool IsContent)> Describe(Settings settings)
    {
        foreach (var (name, value) in settings.Describe())
            yield return (name, value, false);
        foreach (var path in new[] { settings.Csv, settings.Test }.OfType<string>())
            yield return (path, Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))), true);
    }
}
