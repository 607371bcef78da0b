using System.Collections.Immutable;
using TinyLlm.Trainers.Engine;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Training;

/// <summary>Keeps the weights of the best validation loss, and says when it has not fallen for too long.</summary>
internal sealed unsafe class EarlyStopping(ImmutableArray<Parameter> trained, int patience) : IDisposable
{
    private double _best = double.PositiveInfinity;
    private int _worse;

    /// <summary>Gets the best weights.</summary>
    public ParameterMemory Best { get; } = new(trained, "The copy of the best weights");

    /// <summary>Gets whether there are best weights.</summary>
    public bool HasBest => !double.IsInfinity(_best);

    /// <summary>Gets whether training should end.</summary>
    public bool ShouldStop => _worse >= patience;

    /// <summary>Takes note of a validation loss, and of the weights if it is the best.</summary>
    public void Observe(double loss)
    {
        if (!Count(loss))
            return;
        for (var i = 0; i < trained.Length; i++)
            Copy(trained[i].Weights, Best[i], trained[i].Count);
    }

    /// <summary>Counts losses that were observed in an earlier process.</summary>
    public void Replay(ImmutableArray<TrainingPoint> points)
    {
        foreach (var point in points)
        {
            if (point.ValidationLoss is { } loss)
                Count(loss);
        }
    }

    /// <summary>Gives the network the best weights.</summary>
    public void Restore()
    {
        for (var i = 0; HasBest && i < trained.Length; i++)
            Copy(Best[i], trained[i].Weights, trained[i].Count);
    }

    public void Dispose() => Best.Dispose();

    private bool Count(double loss)
    {
        var isBest = loss < _best;
        (_best, _worse) = isBest ? (loss, 0) : (_best, _worse + 1);
        return isBest;
    }

    private static void Copy(float* from, float* to, long count) =>
        Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));
}
