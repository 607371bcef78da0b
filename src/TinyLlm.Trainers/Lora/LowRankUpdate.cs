using TinyLlm.Trainers.Engine;

namespace TinyLlm.Trainers;

/// <summary>W + (α/r)·B·A as one matrix.</summary>
internal static class LowRankUpdate
{
    private static readonly VectorKernels Kernels = VectorKernels.Create(VectorKernels.Widest);

    /// <summary>Returns the merged weights. [out, in]</summary>
    /// <param name="weights">W, which becomes the result. [out, in]</param>
    /// <param name="a">A. [r, in]</param>
    /// <param name="b">B. [out, r]</param>
    /// <param name="options">r and α.</param>
    public static unsafe float[] Merge(float[] weights, ReadOnlySpan<float> a, ReadOnlySpan<float> b, LoraOptions options)
    {
        var (rank, scale) = (options.Rank, (float)(options.Alpha / options.Rank));
        var (inputs, outputs) = (a.Length / rank, b.Length / rank);
        fixed (float* target = weights, first = a)
        {
            for (var row = 0; row < outputs; row++)
            {
                for (var i = 0; i < rank; i++)
                    Kernels.AddScaled(scale * b[(row * rank) + i], first + ((long)i * inputs), target + ((long)row * inputs), inputs);
            }
        }

        return weights;
    }
}
