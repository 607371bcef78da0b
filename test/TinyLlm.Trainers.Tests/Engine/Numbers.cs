using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Tests.Engine;

/// <summary>Parameters of any shapes with seeded weights, for tests of what goes over all of them.</summary>
internal sealed unsafe class Numbers : IDisposable
{
    private readonly List<nint> _blocks = [];

    public Numbers(long[][] shapes, int? frozen = null)
    {
        var random = new Random(11);
        Parameters = [.. shapes.Select((shape, index) =>
        {
            var count = shape.Aggregate(1L, (product, dimension) => product * dimension);
            var (weights, gradients) = (Take(count), index == frozen ? 0 : Take(count));
            for (var i = 0L; i < count; i++)
                ((float*)weights)[i] = (float)((2 * random.NextDouble()) - 1);
            return new Parameter($"tensor.{index}", [.. shape], (float*)weights, (float*)gradients);
        })];
    }

    public ImmutableArray<Parameter> Parameters { get; }

    public static double[] Read(float* values, long count) =>
        [.. new Span<float>(values, (int)count).ToArray().Select(value => (double)value)];

    public void FillGradients(int seed)
    {
        var random = new Random(seed);
        foreach (var parameter in Parameters)
        {
            for (var i = 0L; parameter.IsTrainable && i < parameter.Count; i++)
                parameter.Gradients[i] = (float)((2 * random.NextDouble()) - 1);
        }
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.AlignedFree((void*)block);
    }

    private nint Take(long count)
    {
        var block = (nint)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);
        NativeMemory.Clear((void*)block, (nuint)(count * sizeof(float)));
        _blocks.Add(block);
        return block;
    }
}
