namespace TinyLlm.Trainers;

/// <summary>What changed on the same rows from one evaluation to another, such as from a model to its quantized form.</summary>
/// <param name="Count">The rows.</param>
/// <param name="Relabelled">The rows that were given another label, or none in place of one.</param>
/// <param name="Gained">The rows that were wrong before and are right now.</param>
/// <param name="Lost">The rows that were right before and are wrong now.</param>
public sealed record EvaluationChange(int Count, int Relabelled, int Gained, int Lost)
{
    /// <summary>Gets the change of accuracy in points of a hundred.</summary>
    public double Points => 100.0 * (Gained - Lost) / Count;
}
