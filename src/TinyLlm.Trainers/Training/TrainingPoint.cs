namespace TinyLlm.Trainers;

/// <summary>What one step of training came to.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Loss">The mean loss of the step's tokens before the update, in nats per token.</param>
/// <param name="LearningRate">The learning rate of the update.</param>
/// <param name="GradientNorm">The norm of the gradient of that loss, before it was limited.</param>
/// <param name="ValidationLoss">
/// The loss on the validation data after the update, in nats per token; null where it was not measured.
/// </param>
public readonly record struct TrainingPoint(int Step, double Loss, double LearningRate, double GradientNorm, double? ValidationLoss)
{
    /// <summary>Gets e to the validation loss: how many tokens the model hesitates between.</summary>
    public double? ValidationPerplexity => ValidationLoss is { } loss ? Math.Exp(loss) : null;
}
