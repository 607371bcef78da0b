namespace TinyLlm.Trainers;

/// <summary>A row that was given a wrong label.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Actual">The index of its class.</param>
/// <param name="Predicted">The index of the label given.</param>
/// <param name="Probability">How probable that label was said to be.</param>
internal readonly record struct Mistake(int Row, int Actual, int Predicted, double Probability);
