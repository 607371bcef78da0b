namespace TinyLlm.Trainers.Training;

/// <summary>The learning rate of each step: a linear rise, then the schedule's fall to the minimum, which the last step reaches.</summary>
internal sealed class LearningRateCurve
{
    private readonly LearningRateSchedule _schedule;
    private readonly int _steps;

    public LearningRateCurve(TrainingOptions options, int steps)
    {
        (_schedule, _steps, Maximum) = (options.Schedule, steps, options.LearningRate);
        Minimum = options.Schedule == LearningRateSchedule.Constant ? Maximum : options.MinimumLearningRate ?? Maximum / 10;
        WarmupSteps = Math.Min(steps, options.WarmupSteps ?? Math.Min(100, steps / 10));
    }

    /// <summary>Gets the rate at the end of the rise.</summary>
    public double Maximum { get; }

    /// <summary>Gets the rate of the last step.</summary>
    public double Minimum { get; }

    /// <summary>Gets how many steps the rise takes.</summary>
    public int WarmupSteps { get; }

    /// <summary>Gets the rate of a step, from 1.</summary>
    public double this[int step]
    {
        get
        {
            if (step <= WarmupSteps)
                return Maximum * step / WarmupSteps;
            var done = (double)(step - WarmupSteps) / (_steps - WarmupSteps); // 0 to 1
            var left = _schedule switch
            {
                LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * done)) / 2,
                LearningRateSchedule.Linear => 1 - done,
                _ => 1,
            };
            return Minimum + ((Maximum - Minimum) * left);
        }
    }
}
