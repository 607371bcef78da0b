namespace TinyLlm.Trainers;

/// <summary>How far a training run has come.</summary>
public sealed record TrainingProgress
{
    /// <summary>Gets what the step came to.</summary>
    public required TrainingPoint Point { get; init; }

    /// <summary>Gets the step, from 1.</summary>
    public int Step => Point.Step;

    /// <summary>Gets the number of steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>Gets how many tokens were read since the run began, interruptions left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>
    /// Gets the speed of training since this process began, in tokens per second; validation and checkpoints are not in it.
    /// </summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>
    /// Gets the arithmetic of training since this process began, in thousand million operations per second;
    /// what is computed twice counts once.
    /// </summary>
    public required double GigaflopsPerSecond { get; init; }

    /// <summary>Gets how long the rest will take, all included, if it goes on as it went.</summary>
    public required TimeSpan TimeLeft { get; init; }
}
