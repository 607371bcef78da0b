using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Scoring;

/// <summary>A tiny model in a file, and rows of text with labels.</summary>
internal sealed class ScoringFixture : IDisposable
{
    /// <summary>With keys and values in 32 bits, rows that share a call differ from rows alone by the order of sums only.</summary>
    public static readonly TinyGptOptions Exact = new() { ExactAttention = true, Threads = 1 };

    private readonly TemporaryFolder _folder = new();

    public ScoringFixture(int rows = 9)
    {
        Model = TinyModels.Create(ModelKind.Llama, seed: 5);
        Path = _folder.PathOf("model.gguf");
        Model.Save(Path);
        Texts = [.. Enumerable.Range(0, rows).Select(i => $"window {i}: {i * 37 % 100} {new string('x', i * 5 % 17)}")];
        Data = Context.Data.LoadFromEnumerable(
            Texts.Select((text, i) => new Row { Text = text, Label = new[] { "tap", "double tap", "hold" }[i % 3], Number = i }));
        Labelled = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Data).Transform(Data);
        WithModel = Context.TinyLlm().LoadModel(Path).Fit(Labelled).Transform(Labelled);
    }

    public MLContext Context { get; } = new(seed: 1);

    public LanguageModel Model { get; }

    public string Path { get; }

    public string[] Texts { get; }

    public IDataView Data { get; }

    /// <summary>Gets the rows with the label as key.</summary>
    public IDataView Labelled { get; }

    /// <summary>Gets those rows with the model's column behind.</summary>
    public IDataView WithModel { get; }

    /// <summary>Returns the rows without one of the columns.</summary>
    public IDataView Without(string column) => Context.Transforms.DropColumns(column).Fit(WithModel).Transform(WithModel);

    public TinyGptPredictionEngine OpenEngine() => TinyGptPredictionEngine.Open(Model, Exact);

    public void Dispose() => _folder.Dispose();

    internal sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";

        public float Number { get; set; }
    }
}
