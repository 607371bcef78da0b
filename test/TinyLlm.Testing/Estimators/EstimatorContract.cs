using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Testing;

/// <summary>What ML.NET expects of every estimator and its transformer, checked on one example.</summary>
internal static class EstimatorContract
{
    /// <summary>Checks schema promises, laziness, cursors side by side, single rows, and saving.</summary>
    /// <param name="estimator">The estimator.</param>
    /// <param name="data">Rows that it takes; at least three.</param>
    /// <param name="refused">Rows that it refuses, for a column that is missing or of another type.</param>
    /// <param name="tolerance">By how much numbers may differ between rows computed together and one at a time,
    /// as a share of the largest.</param>
    /// <param name="neededToFitOnly">Whether what <paramref name="refused"/> lacks is needed for fitting only.</param>
    public static void Check<TTransformer>(
        IEstimator<TTransformer> estimator, IDataView data, IDataView refused, double tolerance = 0, bool neededToFitOnly = false)
        where TTransformer : class, ITransformer
    {
        CheckRefusal(estimator, refused);
        var promised = estimator.GetOutputSchema(SchemaShape.Create(data.Schema));
        var transformer = estimator.Fit(data);
        try
        {
            if (!neededToFitOnly)
                CheckRefusal(transformer, refused);
            CheckPromise(promised, transformer, data);
            CheckLazy(transformer, data);
            var rows = Rows.Read(transformer.Transform(data));
            Assert.IsGreaterThanOrEqualTo(3, rows.Count, "Too few rows to say anything.");
            CheckSideBySide(transformer, data, rows);
            CheckSingleRows(transformer, data, rows, tolerance);
            CheckSaved(transformer, data, rows);
        }
        finally
        {
            (transformer as IDisposable)?.Dispose();
        }
    }

    private static void CheckRefusal<TTransformer>(IEstimator<TTransformer> estimator, IDataView refused)
        where TTransformer : class, ITransformer
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShape.Create(refused.Schema)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(refused));
    }

    private static void CheckRefusal(ITransformer transformer, IDataView refused)
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(refused.Schema));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.Transform(refused));
    }

    // Column by column and annotation by annotation, in both directions.
    private static void CheckPromise(SchemaShape promised, ITransformer transformer, IDataView data)
    {
        var delivered = transformer.GetOutputSchema(data.Schema);
        CollectionAssert.AreEquivalent(Describe(SchemaShape.Create(delivered)), Describe(promised));
        CollectionAssert.AreEqual(Describe(delivered), Describe(transformer.Transform(data).Schema));
        if (transformer.IsRowToRowMapper)
            CollectionAssert.AreEqual(Describe(delivered), Describe(transformer.GetRowToRowMapper(data.Schema).OutputSchema));
    }

    private static string[] Describe(SchemaShape shape) =>
        [.. shape.Select(c =>
            $"{c.Name} {c.GetTypeString()} {{{string.Join(", ", c.Annotations.Select(a => $"{a.Name} {a.GetTypeString()}").Order())}}}")];

    private static string[] Describe(DataViewSchema schema) =>
        [.. schema.Select(c =>
            $"{c.Index} {c.Name} {c.Type} {c.IsHidden} {{{string.Join(", ", c.Annotations.Schema.Select(a => $"{a.Name} {a.Type}"))}}}")];

    // Nothing is read before a cursor moves, and of the input only what is needed.
    private static void CheckLazy(ITransformer transformer, IDataView data)
    {
        var watched = new WatchedDataView(data);
        var output = transformer.Transform(watched);
        Assert.AreEqual(0, watched.Cursors, "Transforming read rows.");
        using (output.GetRowCursor([]))
            Assert.IsTrue(
                watched.Needed.Count == 0 || !transformer.IsRowToRowMapper,
                $"No column was asked for, and these were read: {string.Join(", ", watched.Needed)}.");
        if (!transformer.IsRowToRowMapper)
            return;
        foreach (var column in data.Schema.Where(column => !column.IsHidden))
        {
            watched.Needed.Clear();
            using var cursor = output.GetRowCursor([output.Schema[column.Index]]);
            Assert.IsTrue(cursor.MoveNext());
            CollectionAssert.AreEquivalent(
                new[] { column.Name }, watched.Needed.ToArray(), "A column that passes through needs itself only.");
        }
    }

    private static void CheckSideBySide(ITransformer transformer, IDataView data, IReadOnlyList<object[]> rows)
    {
        var output = transformer.Transform(data);
        using var first = output.GetRowCursor(output.Schema);
        using var second = output.GetRowCursor(output.Schema);
        var (readFirst, readSecond) = (Rows.Reader(first), Rows.Reader(second));
        Assert.IsTrue(first.MoveNext());
        for (var row = 0; row < rows.Count; row++)
        {
            Assert.IsTrue(second.MoveNext());
            Rows.AssertEqual(rows[row], readSecond(), 0, $"row {row} of the second cursor");
            if (row % 2 == 1)
                continue; // one cursor runs ahead of the other
            Rows.AssertEqual(rows[row / 2], readFirst(), 0, $"row {row / 2} of the first cursor");
            first.MoveNext();
        }

        Assert.IsFalse(second.MoveNext());
    }

    private static void CheckSingleRows(ITransformer transformer, IDataView data, IReadOnlyList<object[]> rows, double tolerance)
    {
        if (!transformer.IsRowToRowMapper)
            return;
        var mapper = transformer.GetRowToRowMapper(data.Schema);
        using var cursor = data.GetRowCursor(mapper.GetDependencies(mapper.OutputSchema));
        using var row = mapper.GetRow(cursor, mapper.OutputSchema);
        var read = Rows.Reader(row);
        foreach (var expected in rows)
        {
            Assert.IsTrue(cursor.MoveNext());
            Rows.AssertEqual(expected, read(), tolerance, $"row {cursor.Position} alone");
        }
    }

    private static void CheckSaved(ITransformer transformer, IDataView data, IReadOnlyList<object[]> rows)
    {
        using var stream = new MemoryStream();
        var context = new MLContext(seed: 1);
        context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        var loaded = context.Model.Load(stream, out _);
        try
        {
            CollectionAssert.AreEqual(Stages(transformer).ToArray(), Stages(loaded).ToArray());
            var again = Rows.Read(loaded.Transform(data));
            Assert.HasCount(rows.Count, again);
            for (var row = 0; row < rows.Count; row++)
                Rows.AssertEqual(rows[row], again[row], 0, $"row {row} after loading");
        }
        finally
        {
            (loaded as IDisposable)?.Dispose();
        }
    }

    // ML.NET wraps what is not a chain into one when it saves it.
    private static IEnumerable<Type> Stages(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [transformer.GetType()];
}
