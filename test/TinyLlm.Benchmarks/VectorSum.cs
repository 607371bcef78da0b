using BenchmarkDotNet.Attributes;

namespace TinyLlm.Benchmarks;

/// <summary>Sums 4096 numbers one by one: what a plain loop costs on this machine.</summary>
public class VectorSum
{
    private readonly float[] _values = [.. Enumerable.Range(0, 4096).Select(i => i / 4096f)];

    [Benchmark]
    public float Sum()
    {
        var sum = 0f;
        foreach (var value in _values)
            sum += value;
        return sum;
    }
}
