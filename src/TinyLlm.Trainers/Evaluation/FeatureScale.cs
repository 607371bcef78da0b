namespace TinyLlm.Trainers;

/// <summary>Brings every feature to mean 0 and deviation 1, both taken from the training rows.</summary>
internal sealed class FeatureScale
{
    private readonly double[] _means;
    private readonly double[] _scales;

    private FeatureScale(double[] means, double[] scales) => (_means, _scales) = (means, scales);

    public static FeatureScale Fit(IReadOnlyList<float[]> rows)
    {
        var width = rows[0].Length;
        var (means, scales) = (new double[width], new double[width]);
        foreach (var row in rows)
        {
            for (var i = 0; i < width; i++)
                means[i] += (double)row[i] / rows.Count;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < width; i++)
                scales[i] += (row[i] - means[i]) * (row[i] - means[i]) / rows.Count;
        }

        for (var i = 0; i < width; i++)
            scales[i] = scales[i] > 0 ? 1 / Math.Sqrt(scales[i]) : 0; // a constant says nothing
        return new FeatureScale(means, scales);
    }

    public float[][] Apply(IReadOnlyList<float[]> rows) =>
        [.. rows.Select(row => row.Select((value, i) => (float)((value - _means[i]) * _scales[i])).ToArray())];
}
