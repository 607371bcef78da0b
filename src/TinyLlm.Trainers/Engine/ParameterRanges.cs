using System.Collections.Immutable;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Engine;

/// <summary>The trained parameters cut into ranges, the items of work that goes over all of them.</summary>
internal static class ParameterRanges
{
    /// <summary>
    /// The most values of a range: with both moments it fits a core's second-level cache, and few enough to share evenly.
    /// </summary>
    public const int Length = 1 << 14;

    /// <summary>Cuts parameters, in their order.</summary>
    public static ImmutableArray<ParameterRange> Cut(ImmutableArray<Parameter> trained)
    {
        var ranges = ImmutableArray.CreateBuilder<ParameterRange>();
        for (var i = 0; i < trained.Length; i++)
        {
            for (long start = 0; start < trained[i].Count; start += Length)
                ranges.Add(new ParameterRange(i, start, (int)Math.Min(Length, trained[i].Count - start)));
        }

        return ranges.ToImmutable();
    }
}
