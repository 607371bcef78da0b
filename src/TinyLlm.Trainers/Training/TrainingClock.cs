namespace TinyLlm.Trainers.Training;

/// <summary>Tells how fast training goes. Nothing that is computed hangs on it.</summary>
internal sealed class TrainingClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _stepStart;
    private long _inSteps;
    private int _steps;

    /// <summary>Marks the beginning of a step.</summary>
    public void BeginStep() => _stepStart = time.GetTimestamp();

    /// <summary>Marks its end.</summary>
    public void EndStep()
    {
        _inSteps += time.GetTimestamp() - _stepStart;
        _steps++;
    }

    /// <summary>Returns steps per second, without what lies between them; 0 where that took no time.</summary>
    public double StepsPerSecond() => _inSteps == 0 ? 0 : _steps * (double)time.TimestampFrequency / _inSteps;

    /// <summary>Returns how long so many steps will take with all that lies between them.</summary>
    public TimeSpan TimeFor(int steps) => _steps == 0 ? TimeSpan.Zero : time.GetElapsedTime(_start) / _steps * steps;
}
