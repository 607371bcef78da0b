using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Transforms;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>Rows that are read ahead of the reader.</summary>
[TestClass]
public sealed class ReadAheadTests
{
    [TestMethod]
    public void Cursor_SourceThatThrows_GivesTheRowsBeforeWithTheirOwnValues()
    {
        using var rows = new TextRows();
        var whole = rows.Run(rows.Tiny.LoadModel(rows.ModelPath)
            .Append(rows.Tiny.Perplexity(new PerplexityOptions { OutputColumnName = "Nats", BatchRows = 1, Engine = TextRows.Exact })));
        var expected = whole.GetColumn<float>("Nats").Take(20).ToArray();

        var data = rows.Context.Data.LoadFromEnumerable(rows.All.Select((row, i) =>
            i == 20 ? throw new InvalidDataException("The sensor is gone.") : row));
        var scored = rows.Tiny.LoadModel(rows.ModelPath)
            .Append(rows.Tiny.Perplexity(new PerplexityOptions { OutputColumnName = "Nats", Engine = TextRows.Exact }))
            .Fit(data).Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var (getText, getNats) = (
            cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Text"]), cursor.GetGetter<float>(scored.Schema["Nats"]));
        ReadOnlyMemory<char> text = default;
        float nats = 0;
        for (var row = 0; row < 20; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            getText(ref text);
            getNats(ref nats);
            Assert.AreEqual(rows.All[row].Text, text.ToString());
            Assert.AreEqual(expected[row], nats, 1e-4f, "Sums of rows that share a call are made in another order.");
        }

        Assert.AreEqual("The sensor is gone.", Assert.ThrowsExactly<InvalidDataException>(() => cursor.MoveNext()).Message);
        Assert.AreEqual(-1, cursor.Position);
    }

    [TestMethod]
    public void Transform_TwoModelsAtOnce_EachAnswersForItsOwn()
    {
        using var rows = new TextRows();
        var views = new[] { rows.Run(rows.Tiny.LoadModel(rows.ModelPath)), rows.Run(rows.Tiny.LoadModel(rows.ModelPath)) };
        using var perplexity = rows.Tiny.Perplexity("Nats", "Text").Fit(views[0]);
        var expected = perplexity.Transform(views[0]).GetColumn<float>("Nats").ToArray();
        Parallel.For(0, 8, i => CollectionAssert.AreEqual(
            expected, perplexity.Transform(views[i % 2]).GetColumn<float>("Nats").ToArray()));
    }
}
