using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TinyLlm.Gguf;

/// <summary>Finds numbers that are not finite among those that a model computed: nothing that follows from them is an answer.</summary>
internal static class FiniteNumbers
{
    /// <summary>What is said of a model that computes such a number.</summary>
    public const string Reason = "and a finite number is expected: its file or an adapter is damaged, or training went astray.";

    // A number is finite where its exponent is not all ones.
    private const uint ExponentBits = 0x7F80_0000;

    /// <summary>Returns the index of the first number that is NaN or infinite; −1 where all are finite.</summary>
    public static int IndexOfOther(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<uint>>(values);
        var exponent = Vector512.Create(ExponentBits);
        var checkedCount = 0;
        foreach (var vector in vectors)
        {
            if (Vector512.EqualsAny(vector & exponent, exponent))
                break;
            checkedCount += Vector512<uint>.Count;
        }

        for (var i = checkedCount; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }
}
