using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Tests.Quantization;

[TestClass]
public sealed class TensorCodecTests
{
    private const int RowLength = 256;

    [TestMethod]
    [DataRow(GgufTensorType.F16)]
    [DataRow(GgufTensorType.BF16)]
    [DataRow(GgufTensorType.Q8_0)]
    [DataRow(GgufTensorType.Q4_0)]
    [DataRow(GgufTensorType.Q4_1)]
    [DataRow(GgufTensorType.Q5_0)]
    [DataRow(GgufTensorType.Q5_1)]
    public void Quantize_RandomRows_SameBytesAsGgml(GgufTensorType type)
    {
        foreach (var values in Samples())
            CollectionAssert.AreEqual(GgmlOracle.Quantize(type, values, RowLength), TensorCodec.Quantize(type, values, RowLength));
    }

    [TestMethod]
    [DataRow(GgufTensorType.F16)]
    [DataRow(GgufTensorType.BF16)]
    [DataRow(GgufTensorType.Q8_0)]
    [DataRow(GgufTensorType.Q4_0)]
    [DataRow(GgufTensorType.Q4_1)]
    [DataRow(GgufTensorType.Q5_0)]
    [DataRow(GgufTensorType.Q5_1)]
    [DataRow(GgufTensorType.Q4_K)]
    [DataRow(GgufTensorType.Q5_K)]
    [DataRow(GgufTensorType.Q6_K)]
    public void Dequantize_BytesOfGgml_SameNumbersAsGgml(GgufTensorType type)
    {
        foreach (var values in Samples())
        {
            var bytes = GgmlOracle.Quantize(type, values, RowLength);
            var decoded = new float[values.Length];
            TensorCodec.Dequantize(type, bytes, decoded);
            CollectionAssert.AreEqual(GgmlOracle.Dequantize(type, bytes, values.Length), decoded);
        }
    }

    [TestMethod]
    public void Dequantize_EveryHalf_IsTheRuntimesConversion()
    {
        var halves = Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i)).ToArray();
        var decoded = new float[halves.Length];
        TensorCodec.Dequantize(GgufTensorType.F16, MemoryMarshal.AsBytes(halves.AsSpan()), decoded);
        for (var i = 0; i < halves.Length; i++)
            Assert.AreEqual((float)halves[i], decoded[i]);
    }

    [TestMethod]
    public void Quantize_EveryBorderOfRounding_IsTheRuntimesHalf()
    {
        // Every exponent and sign, with the fractions around each border of rounding: a half's last bit is a single's bit 13.
        var fractions = Enumerable.Range(0, 2048)
            .SelectMany(i => new[] { (i << 12) - 1, i << 12, (i << 12) + 1 }).Where(i => i is >= 0 and < 1 << 23).ToArray();
        for (var top = 0; top < 512; top++)
        {
            var values = fractions.Select(fraction => BitConverter.Int32BitsToSingle((top << 23) | fraction)).ToArray();
            var encoded = MemoryMarshal.Cast<byte, Half>(TensorCodec.Quantize(GgufTensorType.F16, values, 1));
            for (var i = 0; i < values.Length; i++)
            {
                if (!float.IsNaN(values[i]))
                    Assert.AreEqual(BitConverter.HalfToUInt16Bits((Half)values[i]), BitConverter.HalfToUInt16Bits(encoded[i]));
                else
                    Assert.IsTrue(Half.IsNaN(encoded[i]));
            }
        }
    }

    [TestMethod]
    public void Quantize_BadSizes_AreNamed()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TensorCodec.Quantize(GgufTensorType.Q4_0, new float[40], 40)).Message,
            "blocks of 32");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TensorCodec.Quantize(GgufTensorType.Q4_0, new float[40], 32)).Message,
            "no whole rows");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => TensorCodec.Quantize(GgufTensorType.Q4_K, new float[256], 256)).Message,
            "llama.cpp's quantizer");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(
                () => TensorCodec.Dequantize(GgufTensorType.IQ4_NL, new byte[18], new float[32])).Message,
            "no decoder");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TensorCodec.Dequantize(GgufTensorType.Q8_0, new byte[33], new float[32])).Message,
            "34 bytes");
    }

    // Ordinary rows, rows with outliers, tiny and huge values, zeros, ties of rounding.
    private static IEnumerable<float[]> Samples()
    {
        var random = new Random(1);
        foreach (var scale in new[] { 1f, 1e-6f, 3e4f })
            yield return [.. Enumerable.Range(0, 8 * RowLength).Select(_ => (float)(random.NextDouble() - 0.5) * scale)];
        // Zeros of both signs first, nothing below.
        yield return [.. Enumerable.Range(0, RowLength).Select(i => i % 32 < 2 ? ((i / 32) + i) % 2 == 0 ? 0f : -0f : i % 3)];
        yield return [.. Enumerable.Range(0, RowLength).Select(i => i % 2 == 0 ? -0f : 0f)];
        yield return [.. Enumerable.Range(0, 8 * RowLength).Select(i => i % 37 == 0 ? 8f : (float)(random.NextDouble() - 0.5) * 0.1f)];
        yield return new float[RowLength];
        yield return [.. Enumerable.Range(0, RowLength).Select(i => (i % 17) - 8f)];
    }
}
