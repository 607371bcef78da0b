namespace Microsoft.ML.Runtime;

/// <summary>The names of a computation's metrics and units of progress.</summary>
public sealed class ProgressHeader
{
    public readonly IReadOnlyList<string> UnitNames;
    public readonly IReadOnlyList<string> MetricNames;

    public ProgressHeader(params string[] unitNames)
        : this(null, unitNames)
    {
    }

    public ProgressHeader(string[] metricNames, string[] unitNames)
    {
        MetricNames = metricNames ?? [];
        UnitNames = unitNames ?? [];
    }
}
