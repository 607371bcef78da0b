namespace TinyLlm.Trainers;

/// <summary>
/// Fits the temperature of a classification, so that a probability of 80 % is right in 80 of 100: temperature scaling.
/// </summary>
/// <remarks>
/// The temperature has the least mean negative log-likelihood of the right labels on rows that the model did not learn. In 1/T that is a
/// convex function of one number, whose slope is followed to its zero by halving. Source: Guo et al., "On calibration of modern neural
/// networks", arXiv 1706.04599.
/// </remarks>
public static class ClassificationCalibrator
{
    /// <summary>The fewest rows that a temperature is fitted on.</summary>
    public const int LeastRows = 20;

    /// <summary>The lowest temperature: that of a model which is right on every row, where lower is always better.</summary>
    public const double LeastTemperature = 0.05;

    /// <summary>The highest temperature: that of a model whose likelihoods say nothing of the right label, or the contrary.</summary>
    public const double MostTemperature = 20;

    private const int Halvings = 60; // beyond what a double can tell

    /// <summary>Fits the temperature.</summary>
    /// <param name="logLikelihoods">
    /// The log-likelihoods of all labels for each row, in nats, as <see cref="Gguf.Classification.LogLikelihoods"/>.
    /// </param>
    /// <param name="classes">The index of each row's right label.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than <see cref="LeastRows"/> rows, they are all of one class, the lists do not fit each other, or a number is not
    /// finite.
    /// </exception>
    public static ClassificationCalibration Fit(IReadOnlyList<IReadOnlyList<double>> logLikelihoods, IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(logLikelihoods);
        ArgumentNullException.ThrowIfNull(classes);
        Check(logLikelihoods, classes);
        var temperature = Minimum(logLikelihoods, classes);
        return new ClassificationCalibration(
            temperature, classes.Count, CalibrationBins.Count,
            Error(logLikelihoods, classes, 1), Error(logLikelihoods, classes, temperature),
            Nats(logLikelihoods, classes, 1), Nats(logLikelihoods, classes, temperature));
    }

    private static double Minimum(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<int> classes)
    {
        if (Slope(rows, classes, 1) == 0)
            return 1; // also where all labels are alike
        var (low, high) = (1 / MostTemperature, 1 / LeastTemperature); // of 1/T
        if (Slope(rows, classes, low) >= 0)
            return MostTemperature;
        if (Slope(rows, classes, high) <= 0)
            return LeastTemperature;
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Slope(rows, classes, middle) < 0 ? (middle, high) : (low, middle);
        }

        return 2 / (low + high);
    }

    // d/dβ Σ (ln Σ exp(β l) − β l_right) = Σ (E_p[l] − l_right), which rises with β = 1/T.
    private static double Slope(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<int> classes, double inverse)
    {
        var slope = 0.0;
        for (var row = 0; row < rows.Count; row++)
        {
            var probabilities = Probabilities(rows[row], inverse);
            var right = rows[row][classes[row]];
            for (var label = 0; label < probabilities.Length; label++)
                slope += probabilities[label] * (rows[row][label] - right);
        }

        return slope;
    }

    private static double Nats(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<int> classes, double temperature)
    {
        var nats = 0.0;
        for (var row = 0; row < rows.Count; row++)
        {
            var largest = rows[row].Max();
            nats += Math.Log(rows[row].Sum(value => Math.Exp((value - largest) / temperature)))
                - ((rows[row][classes[row]] - largest) / temperature);
        }

        return nats / rows.Count;
    }

    private static double Error(IReadOnlyList<IReadOnlyList<double>> rows, IReadOnlyList<int> classes, double temperature)
    {
        var bins = new CalibrationBins();
        for (var row = 0; row < rows.Count; row++)
        {
            var probabilities = Probabilities(rows[row], 1 / temperature);
            var most = probabilities.Max();
            bins.Add(Math.Min(1, most), Array.IndexOf(probabilities, most) == classes[row]);
        }

        return bins.Error!.Value;
    }

    private static double[] Probabilities(IReadOnlyList<double> logLikelihoods, double inverse)
    {
        var largest = logLikelihoods.Max();
        var weights = logLikelihoods.Select(value => Math.Exp((value - largest) * inverse)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static void Check(IReadOnlyList<IReadOnlyList<double>> logLikelihoods, IReadOnlyList<int> classes)
    {
        if (logLikelihoods.Count != classes.Count)
            throw new ArgumentException($"{logLikelihoods.Count} rows have log-likelihoods and {classes.Count} a class.", nameof(classes));
        if (classes.Count < LeastRows)
            throw new ArgumentException(
                $"There are {classes.Count} rows, and a temperature needs at least {LeastRows} that were held out.", nameof(classes));
        for (var row = 0; row < classes.Count; row++)
        {
            var labels = logLikelihoods[row].Count;
            if (labels != logLikelihoods[0].Count)
                throw new ArgumentException(
                    $"Row {row} has {labels} log-likelihoods; {logLikelihoods[0].Count} are expected.", nameof(logLikelihoods));
            if ((uint)classes[row] >= (uint)labels)
                throw new ArgumentException($"Row {row} has class {classes[row]}; classes are 0 to {labels - 1}.", nameof(classes));
            if (logLikelihoods[row].Any(value => !double.IsFinite(value)))
                throw new ArgumentException($"Row {row} has a log-likelihood that is not finite.", nameof(logLikelihoods));
        }

        if (classes.All(index => index == classes[0]))
            throw new ArgumentException(
                $"All {classes.Count} rows are of class {classes[0]}; a temperature needs rows of at least two classes.", nameof(classes));
    }
}
