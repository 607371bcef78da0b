using System.Globalization;

namespace TinyLlm.Fuzz;

/// <summary>What a run does; cases follow from target, seed and number alone.</summary>
internal sealed record FuzzOptions
{
    /// <summary>Gets the time that all targets have together on one process each. Default 60 s.</summary>
    public double Seconds { get; init; } = 60;

    public int Seed { get; init; } = 1;

    /// <summary>Gets the one target; null for all.</summary>
    public string? Target { get; init; }

    /// <summary>Gets how many processes work side by side.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets the most cases of a target; 0 for as many as the time allows.</summary>
    public int Cases { get; init; }

    /// <summary>Gets the first case of a worker.</summary>
    public int First { get; init; }

    /// <summary>Gets the one case to run again.</summary>
    public int? Case { get; init; }

    public bool IsWorker { get; init; }

    public static FuzzOptions Parse(string[] arguments)
    {
        var options = new FuzzOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--worker" => options with { IsWorker = true },
                "--seconds" => options with { Seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture) },
                "--seed" => options with { Seed = Number(arguments[++i]) },
                "--jobs" => options with { Jobs = Number(arguments[++i]) },
                "--cases" => options with { Cases = Number(arguments[++i]) },
                "--first" => options with { First = Number(arguments[++i]) },
                "--case" => options with { Case = Number(arguments[++i]) },
                "--target" => options with { Target = arguments[++i] },
                var other => throw new ArgumentException(
                    $"'{other}' is unknown; --seconds, --seed, --target, --jobs, --cases and --case are expected."),
            };
        }

        return options;

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
