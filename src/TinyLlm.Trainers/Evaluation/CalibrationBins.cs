namespace TinyLlm.Trainers;

/// <summary>
/// Sums up by how much the probabilities of chosen labels and their accuracy differ, in bins of that probability that are equally wide.
/// </summary>
/// <remarks>Source: Guo et al., "On calibration of modern neural networks", arXiv 1706.04599.</remarks>
internal sealed class CalibrationBins
{
    public const int Count = 10;

    private readonly (int Rows, int Right, double Probabilities)[] _bins = new (int, int, double)[Count];

    /// <summary>Gets the expected calibration error, from 0 to 1; null without rows.</summary>
    public double? Error
    {
        get
        {
            var rows = _bins.Sum(bin => bin.Rows);
            return rows == 0 ? null : _bins.Sum(bin => Math.Abs(bin.Right - bin.Probabilities)) / rows;
        }
    }

    /// <summary>Adds a row.</summary>
    /// <param name="probability">The probability of its label, from 0 to 1.</param>
    /// <param name="isRight">Whether the label is the right one.</param>
    public void Add(double probability, bool isRight)
    {
        ref var bin = ref _bins[Math.Min((int)(probability * Count), Count - 1)];
        bin = (bin.Rows + 1, bin.Right + (isRight ? 1 : 0), bin.Probabilities + probability);
    }
}
