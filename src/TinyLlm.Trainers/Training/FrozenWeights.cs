using System.Collections.Immutable;
using System.Security.Cryptography;
using TinyLlm.Trainers.Networks;

namespace TinyLlm.Trainers.Training;

/// <summary>Tells models apart by the weights that training does not change, which checkpoints leave out.</summary>
internal static unsafe class FrozenWeights
{
    /// <summary>Returns the number of frozen tensors with a hash of their values, in words; empty where all are trained.</summary>
    public static string Describe(ImmutableArray<Parameter> parameters)
    {
        const int Chunk = 1 << 20;
        var frozen = parameters.Where(parameter => !parameter.IsTrainable).ToArray();
        if (frozen.Length == 0)
            return "";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in frozen)
        {
            for (long start = 0; start < parameter.Count; start += Chunk)
            {
                var count = (int)Math.Min(Chunk, parameter.Count - start);
                hash.AppendData(parameter.IsBFloat16
                    ? new ReadOnlySpan<byte>(parameter.Halves + start, count * sizeof(ushort))
                    : new ReadOnlySpan<byte>(parameter.Weights + start, count * sizeof(float)));
            }
        }

        return $", {frozen.Length} tensors frozen ({Convert.ToHexStringLower(hash.GetCurrentHash())[..16]})";
    }
}
