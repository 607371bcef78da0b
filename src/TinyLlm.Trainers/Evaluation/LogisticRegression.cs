namespace TinyLlm.Trainers;

/// <summary>Multinomial logistic regression with a small quadratic penalty: the linear model that every other one is measured by.</summary>
/// <remarks>
/// Fitted by accelerated gradient descent with the step that the data's largest singular value allows, so that there is nothing to tune
/// (Beck and Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009).
/// </remarks>
internal sealed class LogisticRegression
{
    private const double Penalty = 1e-4;
    private const int Iterations = 1000;
    private const double Tolerance = 1e-6; // of the largest component of the gradient

    private readonly double[,] _weights; // [classes, features + 1], the last for the intercept

    private LogisticRegression(double[,] weights) => _weights = weights;

    public static LogisticRegression Fit(float[][] rows, IReadOnlyList<int> classes, int classCount, CancellationToken cancellationToken)
    {
        var width = rows[0].Length + 1;
        // The softmax's curvature is at most 1/2 in any direction.
        var step = 1 / ((0.5 * LargestEigenvalue(rows)) + Penalty);
        var (weights, ahead, gradient) = (new double[classCount, width], new double[classCount, width], new double[classCount, width]);
        var momentum = 1.0;
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Gradient(rows, classes, ahead, gradient) < Tolerance)
                break;
            var next = (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2;
            for (var c = 0; c < classCount; c++)
            {
                for (var i = 0; i < width; i++)
                {
                    var before = weights[c, i];
                    weights[c, i] = ahead[c, i] - (step * gradient[c, i]);
                    ahead[c, i] = weights[c, i] + ((momentum - 1) / next * (weights[c, i] - before));
                }
            }

            momentum = next;
        }

        return new LogisticRegression(weights);
    }

    public int Predict(float[] row)
    {
        var scores = new double[_weights.GetLength(0)];
        Scores(_weights, row, scores);
        return Array.IndexOf(scores, scores.Max());
    }

    private static double Gradient(float[][] rows, IReadOnlyList<int> classes, double[,] weights, double[,] gradient)
    {
        var (classCount, width) = (weights.GetLength(0), weights.GetLength(1));
        Array.Clear(gradient);
        var scores = new double[classCount];
        for (var r = 0; r < rows.Length; r++)
        {
            Scores(weights, rows[r], scores);
            var largest = scores.Max();
            var sum = 0.0;
            for (var c = 0; c < classCount; c++)
                sum += scores[c] = Math.Exp(scores[c] - largest);
            for (var c = 0; c < classCount; c++)
            {
                var difference = ((scores[c] / sum) - (classes[r] == c ? 1 : 0)) / rows.Length;
                for (var i = 0; i < width - 1; i++)
                    gradient[c, i] += difference * rows[r][i];
                gradient[c, width - 1] += difference;
            }
        }

        var most = 0.0;
        for (var c = 0; c < classCount; c++)
        {
            for (var i = 0; i < width; i++)
            {
                gradient[c, i] += i < width - 1 ? Penalty * weights[c, i] : 0;
                most = Math.Max(most, Math.Abs(gradient[c, i]));
            }
        }

        return most;
    }

    private static void Scores(double[,] weights, float[] row, double[] scores)
    {
        for (var c = 0; c < scores.Length; c++)
        {
            var sum = weights[c, row.Length];
            for (var i = 0; i < row.Length; i++)
                sum += weights[c, i] * row[i];
            scores[c] = sum;
        }
    }

    // Of the mean outer product of the rows (with the 1 of the intercept), by power iteration from a fixed start; a tenth more to be safe.
    private static double LargestEigenvalue(float[][] rows)
    {
        var width = rows[0].Length + 1;
        var vector = Enumerable.Repeat(1 / Math.Sqrt(width), width).ToArray();
        var value = 1.0;
        for (var iteration = 0; iteration < 50; iteration++)
        {
            var product = new double[width];
            foreach (var row in rows)
            {
                var dot = vector[^1];
                for (var i = 0; i < row.Length; i++)
                    dot += vector[i] * row[i];
                for (var i = 0; i < row.Length; i++)
                    product[i] += dot * row[i] / rows.Length;
                product[^1] += dot / rows.Length;
            }

            value = Math.Sqrt(product.Sum(x => x * x));
            for (var i = 0; i < width; i++)
                vector[i] = product[i] / value;
        }

        return 1.1 * value;
    }
}
