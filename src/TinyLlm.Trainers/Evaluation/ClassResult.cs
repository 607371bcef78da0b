namespace TinyLlm.Trainers;

/// <summary>How well one class was told from the others.</summary>
/// <param name="Label">The class.</param>
/// <param name="Count">The rows that are of the class.</param>
/// <param name="PredictedCount">The rows that were said to be.</param>
/// <param name="TruePositives">The rows that are both.</param>
public sealed record ClassResult(string Label, int Count, int PredictedCount, int TruePositives)
{
    /// <summary>Gets the share of the rows said to be of the class that are; 0 where none was.</summary>
    public double Precision => PredictedCount == 0 ? 0 : (double)TruePositives / PredictedCount;

    /// <summary>Gets the share of the class's rows that were found; 0 where there are none.</summary>
    public double Recall => Count == 0 ? 0 : (double)TruePositives / Count;

    /// <summary>Gets the harmonic mean of precision and recall.</summary>
    public double F1 => Count + PredictedCount == 0 ? 0 : 2.0 * TruePositives / (Count + PredictedCount);
}
