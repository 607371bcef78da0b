using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace TinyLlm.MLNet.Tests.Transforms;

[TestClass]
public sealed class TransformTests
{
    public sealed class Sensor
    {
        public float A { get; set; }

        [VectorType(2)]
        public float[] V { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private static readonly IDataView Data = Rows.Of(
        new Sensor { A = 1, V = [2, -8], Label = "tap" },
        new Sensor { A = float.NaN, V = [4, float.NaN], Label = "hold" },
        new Sensor { A = -4, V = [6, 4], Label = "tap" });

    private static TransformsCatalog Transforms => Rows.Context.Transforms;

    [TestMethod]
    public void Concatenate_ScalarAndVector_OneVectorInOrder()
    {
        var output = FitTransform(Transforms.Concatenate("Features", "V", "A"));
        Assert.AreEqual<DataViewType>(new VectorDataViewType(NumberDataViewType.Single, 3), output.Schema["Features"].Type);
        CollectionAssert.AreEqual(new float[] { 6, 4, -4 }, output.GetColumn<float[]>("Features").Last());
        VBuffer<ReadOnlyMemory<char>> names = default;
        FitTransform(Transforms.CopyColumns("B", "A").Append(Transforms.Concatenate("Features", "A", "B"))).Schema["Features"]
            .GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "A", "B" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void Concatenate_MissingOrOtherType_ThrowsBeforeFitting()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Transforms.Concatenate("F", "Nothing").Fit(Data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Transforms.Concatenate("F", "A", "Label").Fit(Data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Transforms.Concatenate("F", "A", "Label").GetOutputSchema(SchemaShape.Create(Data.Schema)));
    }

    [TestMethod]
    public void NormalizeMinMax_FixZero_DividesByLargestMagnitude()
    {
        var output = FitTransform(Transforms.NormalizeMinMax("A").Append(Transforms.NormalizeMinMax("V")));
        CollectionAssert.AreEqual(new[] { 0.25f, float.NaN, -1 }, output.GetColumn<float>("A").ToArray());
        CollectionAssert.AreEqual(new[] { 2 / 6f, -1 }, output.GetColumn<float[]>("V").First());
        Assert.IsTrue(output.Schema["V"].IsNormalized());
    }

    [TestMethod]
    public void NormalizeMinMax_WithoutFixZero_MapsToUnitInterval()
    {
        var values = FitTransform(Transforms.NormalizeMinMax("A", fixZero: false)).GetColumn<float>("A").ToArray();
        Assert.AreEqual(1, values[0], 1e-6f);
        Assert.AreEqual(0, values[2], 1e-6f);
    }

    [TestMethod]
    public void NormalizeMeanVariance_WithoutFixZero_IsStandardScore()
    {
        float[] numbers = [3, 5, 10, -2];
        var data = Rows.Of(numbers.Select(number => new Rows.Number { Value = number }).ToArray());
        var transformer = Transforms.NormalizeMeanVariance("Value", fixZero: false).Fit(data);
        var mean = numbers.Average();
        var deviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / numbers.Length);
        foreach (var (number, normalized) in numbers.Zip(transformer.Transform(data).GetColumn<float>("Value")))
            Assert.AreEqual((number - mean) / deviation, normalized, 1e-5);
        var parameters = (NormalizingTransformer.AffineNormalizerModelParameters<float>)transformer.GetNormalizerModelParameters(0);
        Assert.AreEqual(1 / deviation, parameters.Scale, 1e-5);
        Assert.AreEqual(mean, parameters.Offset, 1e-5);
    }

    [TestMethod]
    [DataRow(MissingValueReplacingEstimator.ReplacementMode.DefaultValue, 0f)]
    [DataRow(MissingValueReplacingEstimator.ReplacementMode.Mean, -1.5f)]
    [DataRow(MissingValueReplacingEstimator.ReplacementMode.Minimum, -4f)]
    [DataRow(MissingValueReplacingEstimator.ReplacementMode.Maximum, 1f)]
    public void ReplaceMissingValues_Modes_PutTheLearnedValue(MissingValueReplacingEstimator.ReplacementMode mode, float expected)
    {
        var values = FitTransform(Transforms.ReplaceMissingValues("A", replacementMode: mode)).GetColumn<float>("A").ToArray();
        CollectionAssert.AreEqual(new[] { 1, expected, -4 }, values);
        Assert.AreEqual(
            mode == MissingValueReplacingEstimator.ReplacementMode.Mean ? -2 : float.NaN,
            mode == MissingValueReplacingEstimator.ReplacementMode.Mean
                ? FitTransform(Transforms.ReplaceMissingValues("V", replacementMode: mode)).GetColumn<float[]>("V").ElementAt(1)[1]
                : float.NaN);
    }

    [TestMethod]
    public void ConvertType_AmongKinds_Converts()
    {
        var data = Rows.Of(new Rows.Number { Value = 2.9f, Text = "17" }, new Rows.Number { Value = 0, Text = "-3.5" });
        CollectionAssert.AreEqual(new[] { 2, 0 }, Convert<int>("Value", DataKind.Int32));
        CollectionAssert.AreEqual(new[] { 17, -3.5 }, Convert<double>("Text", DataKind.Double));
        CollectionAssert.AreEqual(new[] { "2.9", "0" }, Convert<string>("Value", DataKind.String));

        T[] Convert<T>(string column, DataKind kind) =>
            [.. Transforms.Conversion.ConvertType("Out", column, kind).Fit(data).Transform(data).GetColumn<T>("Out")];
    }

    [TestMethod]
    public void MapValueToKey_AndBack_KeepsValues()
    {
        var keyed = FitTransform(Transforms.Conversion.MapValueToKey("Key", "Label"));
        Assert.AreEqual<DataViewType>(new KeyDataViewType(typeof(uint), 2), keyed.Schema["Key"].Type);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 1 }, keyed.GetColumn<uint>("Key").ToArray());
        VBuffer<ReadOnlyMemory<char>> values = default;
        keyed.Schema["Key"].GetKeyValues(ref values);
        CollectionAssert.AreEqual(new[] { "tap", "hold" }, values.DenseValues().Select(value => value.ToString()).ToArray());
        var back = Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keyed).Transform(keyed);
        CollectionAssert.AreEqual(new[] { "tap", "hold", "tap" }, back.GetColumn<string>("Back").ToArray());
    }

    [TestMethod]
    public void MapValueToKey_ByValueAndUnseen_SortsAndGivesMissing()
    {
        var transformer = Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(Data);
        CollectionAssert.AreEqual(new uint[] { 2, 1, 2 }, transformer.Transform(Data).GetColumn<uint>("Label").ToArray());
        var other = Rows.Of(new Sensor { V = [0, 0], Label = "swipe" });
        Assert.AreEqual(0u, transformer.Transform(other).GetColumn<uint>("Label").Single());
    }

    [TestMethod]
    public void SelectAndDropColumns_Names_RemainInOrder()
    {
        CollectionAssert.AreEqual(new[] { "Label", "A" }, Names(FitTransform(Transforms.SelectColumns("Label", "A"))));
        CollectionAssert.AreEqual(new[] { "A", "Label" }, Names(FitTransform(Transforms.DropColumns("V"))));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Transforms.SelectColumns("Nothing").Fit(Data));
    }

    [TestMethod]
    public void Estimators_Promise_IsWhatTheTransformerGives()
    {
        IEstimator<ITransformer>[] estimators =
        [
            Transforms.Concatenate("F", "A", "V"), Transforms.CopyColumns("C", "V"), Transforms.DropColumns("A"),
            Transforms.SelectColumns("V", "Label"),
            Transforms.NormalizeMinMax("V"), Transforms.NormalizeMeanVariance("N", "A"), Transforms.ReplaceMissingValues("V"),
            Transforms.Conversion.ConvertType("T", "A", DataKind.String), Transforms.Conversion.MapValueToKey("K", "Label"),
            Transforms.Conversion.MapValueToKey("K", "Label").Append(Transforms.Conversion.MapKeyToValue("K")),
            Transforms.CustomMapping<Sensor, Rows.Number>((from, to) => to.Value = from.A, contractName: null),
        ];
        foreach (var estimator in estimators)
        {
            var promised = estimator.GetOutputSchema(SchemaShape.Create(Data.Schema));
            var transformer = estimator.Fit(Data);
            Assert.AreEqual(
                Describe(promised), Describe(SchemaShape.Create(transformer.GetOutputSchema(Data.Schema))), estimator.GetType().Name);
            Assert.AreEqual(Describe(promised), Describe(SchemaShape.Create(transformer.Transform(Data).Schema)), estimator.GetType().Name);
        }
    }

    private static IDataView FitTransform(IEstimator<ITransformer> estimator) => estimator.Fit(Data).Transform(Data);

    private static string[] Names(IDataView data) => [.. data.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];

    private static string Describe(SchemaShape shape) =>
        string.Join('\n', shape.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column =>
        $"{column.Name}: {column.GetTypeString()} ["
        + $"{string.Join(' ', column.Annotations.Select(a => $"{a.Name}:{a.GetTypeString()}").Order(StringComparer.Ordinal))}]"));
}
