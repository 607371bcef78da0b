using Microsoft.ML;
using MicrosoftML.StandIn.Tests.Loading;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

[TestClass]
public sealed class ModelFileFailureTests
{
    private sealed class Unsaveable : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public Microsoft.ML.Data.IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        void ICanSaveModel.Save(ModelSaveContext ctx) => throw new IOException("No space left on device");
    }

    [TestMethod]
    public void Save_Failure_KeepsTheOldFileAndLeavesNoOther()
    {
        using var file = new TextFile("old model", "model.zip");
        var thrown = Assert.ThrowsExactly<IOException>(
            () => Rows.Context.Model.Save(new Unsaveable(), Rows.Numbers(1).Schema, file.FullName));
        Assert.AreEqual("No space left on device", thrown.Message);
        Assert.AreEqual("old model", File.ReadAllText(file.FullName));
        Assert.HasCount(1, Directory.GetFiles(file.Folder));
    }

    [TestMethod]
    public void Load_NoZip_SaysSo()
    {
        using var file = new TextFile("this is no model");
        var thrown = Assert.ThrowsExactly<FormatException>(() => Rows.Context.Model.Load(file.FullName, out _));
        StringAssert.Contains(thrown.Message, "not a zip file");
    }

    [TestMethod]
    public void Load_CustomMappingOfUnregisteredAssembly_Throws()
    {
        // The real one loads the assembly that the model names.
        using var stream = new MemoryStream();
        var mapping = Rows.Context.Transforms.CustomMapping(new Models.PredictionEngineTests.ShoutFactory().GetMapping(), "Shout");
        Rows.Context.Model.Save(mapping.Fit(Rows.Numbers(1)), Rows.Numbers(1).Schema, stream);
        stream.Position = 0;
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => new MLContext().Model.Load(stream, out _)).Message, "RegisterAssembly");
    }

    [TestMethod]
    public void Unsupported_Feature_SaysWhatIsMissing()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => Rows.Context.Transforms.NormalizeMeanVariance("Value", useCdf: true)).Message,
            "cumulative-distribution");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => Rows.Context.Data.LoadFromTextFile("x")).Message, "infer columns");
    }
}
