namespace Microsoft.ML.Runtime;

/// <summary>The state of a computation, being filled in.</summary>
public interface IProgressEntry
{
    void SetProgress(int index, double value);

    void SetProgress(int index, double value, double lim);

    void SetMetric(int index, double value);
}
