using System.Globalization;
using Microsoft.ML.Runtime;

namespace TinyLlm.Trainers.Training;

/// <summary>
/// Writes a line to ML.NET's log now and then: at the first and the last step, some twenty times between, and
/// whenever the model was measured.
/// </summary>
internal sealed class TrainingLog(IChannel channel, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
{
    private const int Lines = 20;

    public void Report(TrainingProgress value)
    {
        var point = value.Point;
        if (value.Step == 1 || value.Step == value.Steps || value.Step % Math.Max(1, value.Steps / Lines) == 0
            || point.ValidationLoss is not null)
        {
            var measured = point.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation {loss:F4}") : "";
            channel.Info(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"step {value.Step} of {value.Steps}: loss {point.Loss:F4} nats per token{measured}, learning rate "
                + $"{point.LearningRate:G3}, {value.TokensPerSecond:N0} tokens/s, {value.GigaflopsPerSecond:N0} GFLOP/s, "
                + $"{value.TimeLeft:hh\\:mm\\:ss} left"));
        }

        next?.Report(value);
    }
}
