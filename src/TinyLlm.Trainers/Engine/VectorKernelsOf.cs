using System.Runtime.CompilerServices;

namespace TinyLlm.Trainers.Engine;

/// <summary>Kernels in registers of one width; single numbers do what is left of a row.</summary>
internal sealed unsafe partial class VectorKernels<V> : VectorKernels
    where V : struct, IVector<V>
{
    public override int Lanes => V.Count;

    public override int TileRows => V.Count switch { 16 => 8, 8 => 6, _ => 4 };

    public override int TileRegisters => V.Count == 8 ? 2 : 3;

    public override void Tile(int k, float* a, long row, long term, float* b, long next, int registers, float* c, int stride, bool add)
    {
        switch (V.Count, registers)
        {
            case (16, 3): Tiles8<V>.Three(k, a, row, term, b, next, c, stride, add); break;
            case (16, 2): Tiles8<V>.Two(k, a, row, term, b, next, c, stride, add); break;
            case (16, 1): Tiles8<V>.One(k, a, row, term, b, next, c, stride, add); break;
            case (8, 2): Tiles6<V>.Two(k, a, row, term, b, next, c, stride, add); break;
            case (8, 1): Tiles6<V>.One(k, a, row, term, b, next, c, stride, add); break;
            case (4, 3): Tiles4<V>.Three(k, a, row, term, b, next, c, stride, add); break;
            case (4, 2): Tiles4<V>.Two(k, a, row, term, b, next, c, stride, add); break;
            default: Tiles4<V>.One(k, a, row, term, b, next, c, stride, add); break;
        }
    }

    public override void AddRows(float* x, long stride, int rows, float* y, int count)
    {
        var i = 0;
        for (; i <= count - (4 * V.Count); i += 4 * V.Count)
        {
            V a = V.Load(y + i), b = V.Load(y + i + V.Count), c = V.Load(y + i + (2 * V.Count)), d = V.Load(y + i + (3 * V.Count));
            var from = x + i;
            for (var row = 0; row < rows; row++, from += stride)
            {
                a += V.Load(from);
                b += V.Load(from + V.Count);
                c += V.Load(from + (2 * V.Count));
                d += V.Load(from + (3 * V.Count));
            }

            a.Store(y + i);
            b.Store(y + i + V.Count);
            c.Store(y + i + (2 * V.Count));
            d.Store(y + i + (3 * V.Count));
        }

        for (; i < count; i++)
        {
            for (var row = 0; row < rows; row++)
                y[i] += x[i + (row * stride)];
        }
    }

    public override void Add(float* x, float* y, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            (V.Load(x + i) + V.Load(y + i)).Store(y + i);
        for (; i < count; i++)
            y[i] += x[i];
    }

    public override void AddScaled(float factor, float* x, float* y, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            V.MultiplyAdd(V.All(factor), V.Load(x + i), V.Load(y + i)).Store(y + i);
        for (; i < count; i++)
            y[i] += factor * x[i];
    }

    public override void Scale(float factor, float* x, float* y, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            (V.Load(x + i) * V.All(factor)).Store(y + i);
        for (; i < count; i++)
            y[i] = x[i] * factor;
    }

    public override void Gelu(float* x, float* y, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            VectorMath.Gelu(V.Load(x + i)).Store(y + i);
        for (; i < count; i++)
            VectorMath.Gelu(Scalar.Load(x + i)).Store(y + i);
    }

    public override void GeluBackward(float* x, float* dy, float* dx, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            (V.Load(dy + i) * VectorMath.GeluSlope(V.Load(x + i))).Store(dx + i);
        for (; i < count; i++)
            (Scalar.Load(dy + i) * VectorMath.GeluSlope(Scalar.Load(x + i))).Store(dx + i);
    }

    public override void SwiGlu(float* gate, float* up, float* y, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            SwiGluOf<V>(gate + i, up + i, y + i);
        for (; i < count; i++)
            SwiGluOf<Scalar>(gate + i, up + i, y + i);
    }

    public override void SwiGluBackward(float* gate, float* up, float* dy, float* dGate, float* dUp, int count)
    {
        var i = 0;
        for (; i <= count - V.Count; i += V.Count)
            SwiGluBackwardOf<V>(gate + i, up + i, dy + i, dGate + i, dUp + i);
        for (; i < count; i++)
            SwiGluBackwardOf<Scalar>(gate + i, up + i, dy + i, dGate + i, dUp + i);
    }

    public override void Rotate(float* x, float* cosines, float* sines, float direction, int count)
    {
        var i = 0;
        for (; V.Count > 1 && i <= count - V.Count; i += V.Count)
        {
            var value = V.Load(x + i);
            V.MultiplyAdd(value, V.Load(cosines + i), V.SwapPairs(value) * (V.Load(sines + i) * V.All(direction))).Store(x + i);
        }

        for (; i < count; i += 2)
        {
            var (first, second) = (x[i], x[i + 1]);
            x[i] = (first * cosines[i]) + (second * sines[i] * direction);
            x[i + 1] = (second * cosines[i + 1]) + (first * sines[i + 1] * direction);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwiGluOf<W>(float* gate, float* up, float* y)
        where W : struct, IVector<W>
    {
        var g = W.Load(gate);
        (g * VectorMath.Sigmoid(g) * W.Load(up)).Store(y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwiGluBackwardOf<W>(float* gate, float* up, float* dy, float* dGate, float* dUp)
        where W : struct, IVector<W>
    {
        var (g, u, d) = (W.Load(gate), W.Load(up), W.Load(dy));
        var sigmoid = VectorMath.Sigmoid(g);
        // The slope of SiLU: σ + g·σ·(1 - σ).
        (d * u * W.MultiplyAdd(g * sigmoid, W.All(1f) - sigmoid, sigmoid)).Store(dGate);
        (d * g * sigmoid).Store(dUp);
    }
}
