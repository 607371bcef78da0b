using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TinyLlm.Trainers.Engine;

/// <summary>The innermost loops of a product, 6 rows at a time.</summary>
/// <remarks>
/// C (+)= A·B over k terms: number i of A's term k is at i·row + k·term, the registers of B's at k·next.
/// 12 sums, 2 registers of B and one of A: 15 of AVX2's 16.
/// Written out, as the compiler keeps in registers only what has a name.
/// </remarks>
internal static unsafe class Tiles6<V>
    where V : struct, IVector<V>
{
    private const int TermsAhead = 16;

    /// <summary>Multiplies 6 rows by 2 registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Two(int k, float* a, long row, long term, float* b, long next, float* c, int stride, bool add)
    {
        V c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        V c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        long i2 = 2 * row, i3 = 3 * row, i4 = 4 * row, i5 = 5 * row;
        for (; k > 0; k--)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + V.Count);
            var a0 = V.All(*a); c00 = V.MultiplyAdd(a0, b0, c00); c01 = V.MultiplyAdd(a0, b1, c01);
            var a1 = V.All(a[row]); c10 = V.MultiplyAdd(a1, b0, c10); c11 = V.MultiplyAdd(a1, b1, c11);
            var a2 = V.All(a[i2]); c20 = V.MultiplyAdd(a2, b0, c20); c21 = V.MultiplyAdd(a2, b1, c21);
            var a3 = V.All(a[i3]); c30 = V.MultiplyAdd(a3, b0, c30); c31 = V.MultiplyAdd(a3, b1, c31);
            var a4 = V.All(a[i4]); c40 = V.MultiplyAdd(a4, b0, c40); c41 = V.MultiplyAdd(a4, b1, c41);
            var a5 = V.All(a[i5]); c50 = V.MultiplyAdd(a5, b0, c50); c51 = V.MultiplyAdd(a5, b1, c51);
            a += term;
            b += next;
        }

        if (add)
        {
            c00 += V.Load(c); c01 += V.Load(c + V.Count);
            c10 += V.Load(c + stride); c11 += V.Load(c + stride + V.Count);
            c20 += V.Load(c + (2 * stride)); c21 += V.Load(c + (2 * stride) + V.Count);
            c30 += V.Load(c + (3 * stride)); c31 += V.Load(c + (3 * stride) + V.Count);
            c40 += V.Load(c + (4 * stride)); c41 += V.Load(c + (4 * stride) + V.Count);
            c50 += V.Load(c + (5 * stride)); c51 += V.Load(c + (5 * stride) + V.Count);
        }

        c00.Store(c); c01.Store(c + V.Count);
        c10.Store(c + stride); c11.Store(c + stride + V.Count);
        c20.Store(c + (2 * stride)); c21.Store(c + (2 * stride) + V.Count);
        c30.Store(c + (3 * stride)); c31.Store(c + (3 * stride) + V.Count);
        c40.Store(c + (4 * stride)); c41.Store(c + (4 * stride) + V.Count);
        c50.Store(c + (5 * stride)); c51.Store(c + (5 * stride) + V.Count);
    }

    /// <summary>Multiplies 6 rows by 1 register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void One(int k, float* a, long row, long term, float* b, long next, float* c, int stride, bool add)
    {
        V c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        long i2 = 2 * row, i3 = 3 * row, i4 = 4 * row, i5 = 5 * row;
        for (; k > 0; k--)
        {
            // Terms that are rows lie in pages of their own, where the processor does not foresee them.
            if (Sse.IsSupported)
                Sse.Prefetch0(a + (TermsAhead * term));
            var b0 = V.Load(b);
            var a0 = V.All(*a); c00 = V.MultiplyAdd(a0, b0, c00);
            var a1 = V.All(a[row]); c10 = V.MultiplyAdd(a1, b0, c10);
            var a2 = V.All(a[i2]); c20 = V.MultiplyAdd(a2, b0, c20);
            var a3 = V.All(a[i3]); c30 = V.MultiplyAdd(a3, b0, c30);
            var a4 = V.All(a[i4]); c40 = V.MultiplyAdd(a4, b0, c40);
            var a5 = V.All(a[i5]); c50 = V.MultiplyAdd(a5, b0, c50);
            a += term;
            b += next;
        }

        if (add)
        {
            c00 += V.Load(c);
            c10 += V.Load(c + stride);
            c20 += V.Load(c + (2 * stride));
            c30 += V.Load(c + (3 * stride));
            c40 += V.Load(c + (4 * stride));
            c50 += V.Load(c + (5 * stride));
        }

        c00.Store(c);
        c10.Store(c + stride);
        c20.Store(c + (2 * stride));
        c30.Store(c + (3 * stride));
        c40.Store(c + (4 * stride));
        c50.Store(c + (5 * stride));
    }
}
