using System.CommandLine;
using System.Globalization;

namespace SensorToDevice;

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    public required string Csv { get; init; }

    public required string Label { get; init; }

    public required string[] Features { get; init; }

    public string? Group { get; init; }

    public string? Test { get; init; }

    public HoldOut HoldOut { get; init; }

    public int Window { get; init; }

    public int Hop { get; init; }

    public int Bins { get; init; }

    public int? Layers { get; init; }

    public int? Width { get; init; }

    public double Dropout { get; init; }

    public int? Steps { get; init; }

    public int? AdaptationSteps { get; init; }

    public double AdaptationRate { get; init; }

    public bool AllowDuplicates { get; init; }

    public bool DecimalComma { get; init; }

    public int Seed { get; init; }

    public bool Fresh { get; init; }

    public required string Folder { get; init; }

    /// <summary>Returns what decides the run's result, by the names of the options.</summary>
    public IEnumerable<(string Name, string Value)> Describe() =>
    [
        ("--csv", Csv), ("--label", Label), ("--features", Features.Length == 0 ? "all numbers" : string.Join(',', Features)),
        ("--group", Group ?? "none"), ("--test", Test ?? "none"), ("--hold-out", HoldOut.ToString()), ("--window", Text(Window)),
        ("--hop", Text(Hop)), ("--bins", Text(Bins)), ("--layers", Text(Layers)), ("--width", Text(Width)), ("--dropout", Text(Dropout)),
        ("--steps", Text(Steps)), ("--lora-steps", Text(AdaptationSteps)), ("--lora-rate", Text(AdaptationRate)),
        ("--allow-duplicates", Text(AllowDuplicates)), ("--decimal-comma", Text(DecimalComma)), ("--seed", Text(Seed)),
    ];

    /// <summary>Throws where an option is out of its range; the message lists every problem.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public void Validate()
    {
        (bool IsRight, string Problem)[] checks =
        [
            (Window >= 1, $"--window is {Window}; at least 1 is expected"),
            (Hop >= 1, $"--hop is {Hop}; at least 1 is expected"),
            (Bins is >= 2 and <= 1000, $"--bins is {Bins}; 2 to 1000 are expected"),
            (Layers is null or (>= 1 and <= 64), $"--layers is {Layers}; 1 to 64 are expected"),
            (Width is null or (>= 64 and <= 4096) && Width.GetValueOrDefault() % 64 == 0,
                $"--width is {Width}; a multiple of 64 up to 4096 is expected"),
            (Dropout is >= 0 and < 1, $"--dropout is {Text(Dropout)}; 0 to below 1 is expected"),
            (Steps is null or >= 1, $"--steps is {Steps}; at least 1 is expected"),
            (AdaptationSteps is null or >= 1, $"--lora-steps is {AdaptationSteps}; at least 1 is expected"),
            (AdaptationRate is > 0 and <= 1, $"--lora-rate is {Text(AdaptationRate)}; above 0 and at most 1 is expected"),
            (Label != Group, $"--label and --group are both '{Label}'; the label cannot be what stays on one side of the split"),
            (Folder.Length > 0, "--folder is empty"),
            (!File.Exists(Folder), $"--folder {Folder} is a file; a folder is expected"),
        ];
        string[] problems = [.. checks.Where(check => !check.IsRight).Select(check => check.Problem)];
        if (problems.Length > 0)
            throw new ArgumentException($"{string.Join("; ", problems)}.");
    }

    private static string Text<T>(T value) => value is null ? "default" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    /// <summary>Returns the command; it runs the job with what was asked for.</summary>
    public static RootCommand Command(Func<Settings, int> run)
    {
        Option<string> csv = new("--csv")
        {
            Description = "the rows: a CSV file with a header",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "device-telemetry.csv"),
        };
        Option<string> label = new("--label") { Description = "the column to foresee", DefaultValueFactory = _ => "label" };
        Option<string[]> features = new("--features")
        {
            Description = "the columns to foresee it from, such as a,b or a..c; 'x_*' is one channel whose samples are the columns "
                + "of such names. Default: all numbers but clocks, ids and row numbers",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> group = new("--group")
        {
            Description = "the column whose values stay on one side of the split, such as a session, a device, a person",
        };
        Option<string?> test = new("--test") { Description = "a CSV file to test on; without it a part of the rows is held out" };
        Option<HoldOut?> holdOut = new("--hold-out")
        {
            Description = "which fifth is held out: of the groups, of each label's rows, or of the rows. "
                + "Default: of the groups where there are some, or else of each label",
        };
        Option<int> window = new("--window") { Description = "rows in a window", DefaultValueFactory = _ => 1 };
        Option<int?> hop = new("--hop") { Description = "rows from one window to the next. Default: half a window" };
        Option<int> bins = new("--bins") { Description = "levels that a number is told by", DefaultValueFactory = _ => 16 };
        Option<int?> layers = new("--layers")
        {
            Description = "blocks of the model. Default: 4, or 3 where there are fewer than 1,000 windows to learn from",
        };
        Option<int?> width = new("--width")
        {
            Description = "the model's width, a multiple of 64. Default: 256, or 192 where there are fewer than 1,000 windows",
        };
        Option<double> dropout = new("--dropout")
        {
            Description = "share of activations dropped in training: more for fewer rows",
            DefaultValueFactory = _ => 0.2,
        };
        Option<int?> steps = new("--steps")
        {
            Description = "updates of pre-training, of about 500 tokens each. Default: 20 times all rows, at least 800, at most 4,000",
        };
        Option<int?> adaptation = new("--lora-steps")
        {
            Description = "updates of the adaptation, of about 2,000 tokens each. Default: 6 times all rows, at least 100, at most 500",
        };
        Option<double> rate = new("--lora-rate") { Description = "the learning rate of the adaptation", DefaultValueFactory = _ => 1e-3 };
        Option<bool> duplicates = new("--allow-duplicates")
        {
            Description = "learn from windows that are tested on, too; without it they are left out of training",
        };
        Option<bool> comma = new("--decimal-comma") { Description = "numbers are written as 23,5" };
        Option<int> seed = new("--seed") { Description = "what every random choice hangs on", DefaultValueFactory = _ => 1 };
        Option<bool> fresh = new("--fresh") { Description = "begin anew where an interrupted run could go on" };
        Option<string> folder = new("--folder")
        {
            Description = "where the model, the report and the checkpoints go",
            DefaultValueFactory = _ => "sensor-to-device",
        };

        var command = new RootCommand("From a sensor CSV to a model file that runs on the device.")
        {
            csv, label, features, group, test, holdOut, window, hop, bins, layers, width, dropout, steps, adaptation, rate,
            duplicates, comma, seed, fresh, folder,
        };
        command.SetAction(line =>
        {
            // The recording that comes with the sample has its own shape.
            var isOwn = line.GetResult(csv) is null or { Implicit: true };
            var rows = isOwn && line.GetResult(window) is null or { Implicit: true } ? 8 : line.GetValue(window);
            return run(new Settings
            {
                Csv = line.GetValue(csv)!,
                Label = line.GetValue(label)!,
                Features = line.GetValue(features) is { Length: > 0 } given
                    ? [.. given.SelectMany(f => f.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]
                    : isOwn ? ["cpu0..running"] : [],
                Group = line.GetValue(group) ?? (isOwn ? "session" : null),
                Test = line.GetValue(test),
                HoldOut = line.GetValue(holdOut) ?? (isOwn || line.GetValue(group) is not null ? HoldOut.Groups : HoldOut.Labels),
                Window = rows,
                Hop = line.GetValue(hop) ?? Math.Max(1, rows / 2),
                Bins = line.GetValue(bins),
                Layers = line.GetValue(layers),
                Width = line.GetValue(width),
                Dropout = line.GetValue(dropout),
                Steps = line.GetValue(steps) ?? (isOwn ? 1200 : null),
                AdaptationSteps = line.GetValue(adaptation) ?? (isOwn ? 100 : null),
                AdaptationRate = line.GetValue(rate),
                DecimalComma = line.GetValue(comma),
                AllowDuplicates = line.GetValue(duplicates),
                Seed = line.GetValue(seed),
                Fresh = line.GetValue(fresh),
                Folder = line.GetValue(folder)!,
            });
        });
        return command;
    }
}
