using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>Where the model goes along with the rows, and what is said where it cannot.</summary>
[TestClass]
public sealed class ModelColumnTests
{
    [TestMethod]
    public void AppendCacheCheckpoint_BehindTheModel_KeepsIt()
    {
        using var rows = new TextRows();
        var plain = rows.Run(rows.Tiny.LoadModel(rows.ModelPath).Append(rows.Tiny.Perplexity("Nats", "Text")));
        var cached = rows.Run(rows.Tiny.LoadModel(rows.ModelPath).AppendCacheCheckpoint(rows.Context)
            .Append(rows.Tiny.Perplexity("Nats", "Text")));
        CollectionAssert.AreEqual(plain.GetColumn<float>("Nats").ToArray(), cached.GetColumn<float>("Nats").ToArray());
        var checkpoint = rows.Context.Data.Cache(rows.Run(rows.Tiny.LoadModel(rows.ModelPath)));
        Assert.AreEqual(64, checkpoint.Schema.GetLanguageModel().Architecture.EmbeddingLength);
    }

    [TestMethod]
    public void ToDataFrame_Rows_HaveTheModelsDescriptionAndComeBack()
    {
        using var rows = new TextRows();
        var scored = rows.Run(rows.Tiny.LoadModel(rows.ModelPath).Append(rows.Tiny.Embed("Features", "Text"))
            .Append(rows.Tiny.Perplexity("Nats", "Text")));
        var frame = scored.ToDataFrame(maxRows: 60);
        Assert.AreEqual(60, frame.Rows.Count);
        Assert.AreEqual("llama, 115,072 parameters, F32", frame["LanguageModel"][0]!.ToString());
        Assert.AreEqual(scored.GetColumn<float>("Nats").Last(), (float)frame["Nats"][59]);

        // A data frame is an IDataView itself, and feeds the same stages.
        var (text, label) = (new StringDataFrameColumn("Text"), new StringDataFrameColumn("Label"));
        foreach (var row in rows.All)
        {
            text.Append(row.Text);
            label.Append(row.Label);
        }

        IDataView fromFrame = new DataFrame(text, label);
        var pipeline = rows.Context.Transforms.Conversion.MapValueToKey("Label").Append(rows.Tiny.LoadModel(rows.ModelPath))
            .Append(rows.Tiny.Perplexity("Nats", "Text")).Append(rows.Tiny.Classify());
        using var model = pipeline.Fit(fromFrame);
        CollectionAssert.AreEqual(
            scored.GetColumn<float>("Nats").ToArray(), model.Transform(fromFrame).GetColumn<float>("Nats").ToArray());
    }

    [TestMethod]
    public void SaveAsBinary_RowsOfAFile_LackTheModelAndSaySo()
    {
        using var rows = new TextRows();
        var path = rows.PathOf("rows.idv");
        using (var file = File.Create(path))
            rows.Context.Data.SaveAsBinary(rows.Run(rows.Tiny.LoadModel(rows.ModelPath)), file);
        var loaded = rows.Context.Data.LoadFromBinary(path);
        CollectionAssert.AreEqual(rows.All.Select(row => row.Text).ToArray(), loaded.GetColumn<string>("Text").ToArray());
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rows.Tiny.Perplexity("Nats", "Text").Fit(loaded)).Message;
        StringAssert.StartsWith(
            message,
            "Perplexity needs a language model, and column 'LanguageModel' of type String carries none. The model is an annotation of the "
            + "column; rows that come from a file or a data frame lost it, as does an ONNX conversion. Add LoadModel before Perplexity.");
        var again = rows.Tiny.LoadModel(rows.ModelPath).Append(rows.Tiny.Perplexity("Nats", "Text")).Fit(loaded).Transform(loaded);
        Assert.AreEqual(60, again.GetColumn<float>("Nats").Count(float.IsFinite));
    }

    [TestMethod]
    public void ConvertToOnnx_Pipeline_TakesWhatStandsBehindOurStages()
    {
        using var rows = new TextRows();
        var pipeline = rows.Context.Transforms.Conversion.MapValueToKey("Label").Append(rows.Tiny.LoadModel(rows.ModelPath))
            .Append(rows.Tiny.Embed("Features", "Text"))
            .Append(rows.Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 1));
        using var model = pipeline.Fit(rows.Data);
        using var onnx = new MemoryStream();
        rows.Context.Model.ConvertToOnnx(model, rows.Data, onnx);
        Assert.IsGreaterThan(1000, onnx.Length);
    }
}
