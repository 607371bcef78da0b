using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;

namespace TinyLlm.MLNet.Tests.Stages;

/// <summary>A random model of two layers in a file, and rows of three classes whose texts differ.</summary>
internal sealed class TextRows : IDisposable
{
    /// <summary>With keys and values in 32 bits, rows that share a call differ from rows alone by the order of sums only.</summary>
    public static readonly TinyGptOptions Exact = new() { ExactAttention = true, Threads = 1 };

    private static readonly string[] Classes = ["tap", "hold", "swipe"];

    private readonly TemporaryFolder _folder = new();

    public TextRows(int rows = 60)
    {
        ModelPath = _folder.PathOf("model.gguf");
        TinyModels.Create(ModelKind.Llama, seed: 5).Save(ModelPath);
        All = [.. Enumerable.Range(0, rows).Select(i => new Row
        {
            Text = $"{new string((char)('a' + (i % 3)), 6)} {i * 37 % 100}",
            Label = Classes[i % 3],
            Session = $"session {i / 6}",
        })];
        Data = Context.Data.LoadFromEnumerable(All);
        Context.Log += (_, message) =>
        {
            lock (Messages)
                Messages.Add(message.RawMessage);
        };
    }

    public MLContext Context { get; } = new(seed: 1);

    public TinyLlmCatalog Tiny => Context.TinyLlm();

    /// <summary>Gets what came to the context's log.</summary>
    public List<string> Messages { get; } = [];

    public string ModelPath { get; }

    public Row[] All { get; }

    public IDataView Data { get; }

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Returns the fitted stages' output for the rows.</summary>
    public IDataView Run(IEstimator<ITransformer> stages) => stages.Fit(Data).Transform(Data);

    /// <summary>Returns an estimator of the label's key, with the values in the given order.</summary>
    public IEstimator<ITransformer> Key(params string[] values) => Context.Transforms.Conversion.MapValueToKey(
        "Label", keyData: Context.Data.LoadFromEnumerable(values.Select(value => new Value { Label = value })));

    public void Dispose() => _folder.Dispose();

    internal sealed class Row
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";

        public string Session { get; set; } = "";
    }

    internal sealed class Value
    {
        public string Label { get; set; } = "";
    }
}
