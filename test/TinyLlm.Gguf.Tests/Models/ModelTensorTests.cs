namespace TinyLlm.Gguf.Tests.Models;

[TestClass]
public sealed class ModelTensorTests
{
    [TestMethod]
    [DataRow(GgufTensorType.F16, 65519f, true)]
    [DataRow(GgufTensorType.F16, 65520f, false)]        // halfway to 2^16 rounds up to infinity
    [DataRow(GgufTensorType.F16, -1e6f, false)]
    [DataRow(GgufTensorType.BF16, 1e6f, true)]
    [DataRow(GgufTensorType.BF16, 3.4e38f, false)]      // beyond 0x7F7F and nearer to the next power of two
    [DataRow(GgufTensorType.Q8_0, 8e6f, true)]          // the scale is largest / 127 in 16 bits
    [DataRow(GgufTensorType.Q8_0, 9e6f, false)]
    [DataRow(GgufTensorType.Q4_0, 5e5f, true)]
    [DataRow(GgufTensorType.Q4_0, 6e5f, false)]         // largest / 8
    public void ConvertTo_ValueBeyondTheType_NamesTheTensor(GgufTensorType type, float value, bool fits)
    {
        var values = new float[64];
        values[40] = value;
        var tensor = ModelTensor.FromSingles("blk.0.ffn_down.weight", [2, 32], values);
        if (fits)
        {
            Assert.IsTrue(tensor.ConvertTo(type).ToSingles().All(float.IsFinite));
            return;
        }

        var error = Assert.ThrowsExactly<ArgumentException>(() => tensor.ConvertTo(type));
        StringAssert.Contains(error.Message, "'blk.0.ffn_down.weight' holds ");
        StringAssert.Contains(error.Message, $"which is beyond what {type} holds");
    }

    [TestMethod]
    [DataRow(GgufTensorType.F32, float.NaN)]
    [DataRow(GgufTensorType.BF16, float.PositiveInfinity)]
    [DataRow(GgufTensorType.F16, float.NegativeInfinity)]
    public void ConvertTo_OfWhatIsNoNumber_NamesTensorAndPlace(GgufTensorType source, float value)
    {
        var values = new float[32];
        values[7] = value;
        var tensor = new ModelTensor("output.weight", source, [1, 32], TensorCodec.Quantize(source, values, 32));
        GgufTensorType[] types = [GgufTensorType.F32, GgufTensorType.F16, GgufTensorType.BF16, GgufTensorType.Q8_0];
        foreach (var type in types.Where(type => type != source))
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => tensor.ConvertTo(type));
            StringAssert.Contains(error.Message, $"'output.weight' {source} holds ");
            StringAssert.Contains(error.Message, "at 7");
        }

        StringAssert.Contains(FiniteWeights.Problem(tensor), $"'output.weight' {source} [1, 32] holds a value that is not finite, at 7");
    }

    [TestMethod]
    public void ConvertTo_BFloat16ToHalf_IsRight()
    {
        float[] values = [1, -2, 3.140625f, 65280, 1e-3f, 0, -0f, 6e-5f];
        var tensor = ModelTensor.FromSingles("x", [1, 8], values).ConvertTo(GgufTensorType.BF16);
        // Rounded twice, to 8 bits and to 11: the first is the coarser one.
        CollectionAssert.AreEqual(
            tensor.ToSingles().Select(value => (float)(Half)value).ToArray(), tensor.ConvertTo(GgufTensorType.F16).ToSingles());
    }
}
