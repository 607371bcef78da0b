using System.Runtime.CompilerServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>Functions of whole registers.</summary>
internal static class VectorMath
{
    // √(2/π) and the cubic term of GELU's tanh form, https://arxiv.org/abs/1606.08415.
    private const float GeluScale = 0.7978845608f;
    private const float GeluCubic = 0.044715f;

    /// <summary>Returns eˣ to about 1e-7, for x from -87 to 88; below and above it stays at the borders' values.</summary>
    /// <remarks>x = n·ln 2 + r in two parts of ln 2, and a polynomial in r with the coefficients of Cephes' <c>expf</c>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : struct, IVector<V>
    {
        x = V.Max(V.All(-87f), V.Min(V.All(88f), x));                         // in this order NaN stays NaN
        var n = V.Round(x * V.All(1.44269504f));
        var r = V.MultiplyAdd(n, V.All(2.12194440e-4f), V.MultiplyAdd(n, V.All(-0.693359375f), x));
        var p = V.MultiplyAdd(V.All(1.9875691500e-4f), r, V.All(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.All(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.All(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.All(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.All(5.0000001201e-1f));
        return (V.MultiplyAdd(p, r * r, r) + V.All(1f)) * V.PowerOfTwo(n);
    }

    /// <summary>Returns 1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : struct, IVector<V> => V.All(1f) / (V.All(1f) + Exp(V.All(0f) - x));

    /// <summary>Returns ½·x·(1 + tanh u) with u = √(2/π)·(x + 0.044715·x³), which is x·sigmoid(2u).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu<V>(V x)
        where V : struct, IVector<V> => x * Sigmoid(x * V.MultiplyAdd(x * x, V.All(2 * GeluScale * GeluCubic), V.All(2 * GeluScale)));

    /// <summary>Returns the slope of <see cref="Gelu"/> at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluSlope<V>(V x)
        where V : struct, IVector<V>
    {
        var sigmoid = Sigmoid(x * V.MultiplyAdd(x * x, V.All(2 * GeluScale * GeluCubic), V.All(2 * GeluScale)));
        var inner = V.MultiplyAdd(x * x, V.All(6 * GeluScale * GeluCubic), V.All(2 * GeluScale));       // d 2u / dx
        return V.MultiplyAdd(x * sigmoid * (V.All(1f) - sigmoid), inner, sigmoid);
    }
}
