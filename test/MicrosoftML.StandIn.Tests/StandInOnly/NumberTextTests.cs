using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

[TestClass]
public sealed class NumberTextTests
{
    [TestMethod]
    [DataRow("0")]
    [DataRow("-0")]
    [DataRow("+7")]
    [DataRow(".5")]
    [DataRow("5.")]
    [DataRow("1e-45")]
    [DataRow("1.17549435E-38")]
    [DataRow("3.4028235e38")]
    [DataRow("1e39")]
    [DataRow("16777217")]
    [DataRow("16777219")]
    [DataRow("8388608.5")]
    [DataRow("9007199254740993")]
    [DataRow("0.1")]
    [DataRow("123456789012345678901234567890")]
    [DataRow("1.00000005960464477539062500001")]
    [DataRow("-Infinity")]
    public void Parse_EdgeCases_EqualTheFrameworks(string text) => AssertSame(text);

    [TestMethod]
    public void Parse_RandomNumbers_EqualTheFrameworks()
    {
        var random = new Random(11);
        for (var i = 0; i < 200_000; i++)
        {
            var number = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (float.IsFinite(number))
                AssertSame(number.ToString(i % 2 == 0 ? "R" : "G5", CultureInfo.InvariantCulture));
            AssertSame(
                ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 12)))
                .ToString(i % 2 == 0 ? "R" : "F4", CultureInfo.InvariantCulture));
        }
    }

    [TestMethod]
    [DataRow("?")]
    [DataRow("abc")]
    [DataRow("1e")]
    [DataRow("1.2.3")]
    [DataRow("NaN")]
    public void Parse_NoNumber_IsNaN(string text) =>
        Assert.IsTrue(float.IsNaN(NumberText.ToSingle(Encoding.UTF8.GetBytes(text), (byte)'.')));

    private static void AssertSame(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var (single, expected) = (NumberText.ToSingle(bytes, (byte)'.'), float.Parse(text, CultureInfo.InvariantCulture));
        Assert.AreEqual(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(single), text);
        var (number, expectedDouble) = (NumberText.ToDouble(bytes, (byte)'.'), double.Parse(text, CultureInfo.InvariantCulture));
        Assert.AreEqual(BitConverter.DoubleToInt64Bits(expectedDouble), BitConverter.DoubleToInt64Bits(number), text);
    }
}
