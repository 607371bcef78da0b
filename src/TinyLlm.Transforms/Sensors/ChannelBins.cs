using System.Collections.Immutable;

namespace TinyLlm.Transforms;

/// <summary>The bins of one channel.</summary>
/// <param name="Minimum">The least fitted value, where the first bin begins.</param>
/// <param name="Maximum">The greatest fitted value, which the last bin holds.</param>
/// <param name="Edges">Where each further bin begins, ascending.</param>
internal sealed record ChannelBins(float Minimum, float Maximum, ImmutableArray<float> Edges)
{
    /// <summary>What <see cref="LevelOf"/> gives for a missing value.</summary>
    public const int Missing = int.MinValue;

    /// <summary>Gets the number of bins.</summary>
    public int Count => Edges.Length + 1;

    /// <summary>Returns the bin of a value: 0 to <see cref="Count"/> - 1, -1 below them, <see cref="Count"/> above them.</summary>
    public int LevelOf(float value)
    {
        if (float.IsNaN(value))
            return Missing;
        if (value < Minimum)
            return -1;
        if (value > Maximum)
            return Count;
        var at = Edges.AsSpan().BinarySearch(value);
        return at >= 0 ? at + 1 : ~at;
    }

    public bool Equals(ChannelBins? other) =>
        other is not null && (Minimum, Maximum) == (other.Minimum, other.Maximum) && Edges.AsSpan().SequenceEqual(other.Edges.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Minimum, Maximum, Edges.Length);
}
