using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TinyLlm.Trainers.Engine;

/// <summary>The innermost loops of a product of packed matrices, 6 rows at a time.</summary>
/// <remarks>
/// C (+)= A·B over k terms: A holds 6 numbers for each term, B the registers. 12 sums, 2 registers of B and one of A: 15 of AVX2's 16.
/// Written out, as the compiler keeps in registers only what has a name.
/// </remarks>
internal static unsafe class Tiles6<V>
    where V : struct, IVector<V>
{
    private const int TermsAhead = 16;

    /// <summary>Multiplies 6 rows by 2 registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Two(int k, float* a, float* b, float* c, int stride, bool add)
    {
        V c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        V c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        for (; k > 0; k--)
        {
            var b0 = V.Load(b); var b1 = V.Load(b + V.Count);
            var a0 = V.All(a[0]); c00 = V.MultiplyAdd(a0, b0, c00); c01 = V.MultiplyAdd(a0, b1, c01);
            var a1 = V.All(a[1]); c10 = V.MultiplyAdd(a1, b0, c10); c11 = V.MultiplyAdd(a1, b1, c11);
            var a2 = V.All(a[2]); c20 = V.MultiplyAdd(a2, b0, c20); c21 = V.MultiplyAdd(a2, b1, c21);
            var a3 = V.All(a[3]); c30 = V.MultiplyAdd(a3, b0, c30); c31 = V.MultiplyAdd(a3, b1, c31);
            var a4 = V.All(a[4]); c40 = V.MultiplyAdd(a4, b0, c40); c41 = V.MultiplyAdd(a4, b1, c41);
            var a5 = V.All(a[5]); c50 = V.MultiplyAdd(a5, b0, c50); c51 = V.MultiplyAdd(a5, b1, c51);
            a += 6;
            b += 2 * V.Count;
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
    public static void One(int k, float* a, float* b, float* c, int stride, bool add)
    {
        V c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        for (; k > 0; k--)
        {
            var b0 = V.Load(b);
            var a0 = V.All(a[0]); c00 = V.MultiplyAdd(a0, b0, c00);
            var a1 = V.All(a[1]); c10 = V.MultiplyAdd(a1, b0, c10);
            var a2 = V.All(a[2]); c20 = V.MultiplyAdd(a2, b0, c20);
            var a3 = V.All(a[3]); c30 = V.MultiplyAdd(a3, b0, c30);
            var a4 = V.All(a[4]); c40 = V.MultiplyAdd(a4, b0, c40);
            var a5 = V.All(a[5]); c50 = V.MultiplyAdd(a5, b0, c50);
            a += 6;
            b += V.Count;
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

    /// <summary>Multiplies 6 rows by one register of columns, with A where it stands: number i of term k is at i·row + k·term.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Thin(int k, float* a, long row, long term, float* b, float* c, int stride, bool add)
    {
        V c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        // Terms that are rows lie in pages of their own, where the processor does not foresee them.
        var ahead = term == 1 ? 0 : TermsAhead * term;
        for (; k > 0; k--)
        {
            var b0 = V.Load(b);
            if (Sse.IsSupported && ahead != 0)
                Sse.Prefetch0(a + ahead);
            c0 = V.MultiplyAdd(V.All(*a), b0, c0);
            c1 = V.MultiplyAdd(V.All(a[row]), b0, c1);
            c2 = V.MultiplyAdd(V.All(a[2 * row]), b0, c2);
            c3 = V.MultiplyAdd(V.All(a[3 * row]), b0, c3);
            c4 = V.MultiplyAdd(V.All(a[4 * row]), b0, c4);
            c5 = V.MultiplyAdd(V.All(a[5 * row]), b0, c5);
            a += term;
            b += V.Count;
        }

        if (add)
        {
            c0 += V.Load(c);
            c1 += V.Load(c + stride);
            c2 += V.Load(c + (2 * stride));
            c3 += V.Load(c + (3 * stride));
            c4 += V.Load(c + (4 * stride));
            c5 += V.Load(c + (5 * stride));
        }

        c0.Store(c);
        c1.Store(c + stride);
        c2.Store(c + (2 * stride));
        c3.Store(c + (3 * stride));
        c4.Store(c + (4 * stride));
        c5.Store(c + (5 * stride));
    }
}
