using System.Numerics;
using System.Runtime.InteropServices;

namespace TinyLlm.Trainers;

/// <summary>Gives a row the class of the training row nearest to it; of several, the first.</summary>
internal sealed class NearestNeighbour(float[][] rows, IReadOnlyList<int> classes)
{
    public int Predict(float[] row)
    {
        var (nearest, least) = (0, float.PositiveInfinity);
        for (var i = 0; i < rows.Length; i++)
        {
            var distance = SquaredDistance(rows[i], row);
            if (distance < least)
                (nearest, least) = (i, distance);
        }

        return classes[nearest];
    }

    private static float SquaredDistance(float[] left, float[] right)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(left);
        var b = MemoryMarshal.Cast<float, Vector<float>>(right);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < a.Length; i++)
            sums += (a[i] - b[i]) * (a[i] - b[i]);
        var sum = Vector.Sum(sums);
        for (var i = a.Length * Vector<float>.Count; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }
}
