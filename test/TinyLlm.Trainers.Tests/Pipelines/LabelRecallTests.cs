using Microsoft.ML;
using Microsoft.ML.Data;
using TinyLlm.Gguf;
using TinyLlm.Transforms;

namespace TinyLlm.Trainers.Tests.Pipelines;

/// <summary>Labels that begin others are told apart, as training teaches where each ends.</summary>
[TestClass]
public sealed class LabelRecallTests
{
    // 270 tokens are too few for a token of a label's own: '10' is '1' and '0'.
    private static readonly string[] Labels = [.. Enumerable.Range(1, 12).Select(i => $"{i}"), "walk", "walk up", "walk upstairs"];

    [TestMethod]
    [DataRow("", true)]
    [DataRow(";", false)]
    public void FineTune_LabelsThatBeginOthers_AreRecalled(string end, bool lowRank)
    {
        var context = new MLContext(seed: 1);
        var random = new Random(4);
        // Six symbols, most of them the label's letter.
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 450).Select(i => new GestureRows.Row
        {
            Label = Labels[i % 15],
            Text = $"s {string.Concat(Enumerable.Range(0, 6).Select(_ => random.Next(6) == 0 ? 'z' : (char)('a' + (i % 15))))}",
        }).ToList());
        var tiny = context.TinyLlm();
        var training = GestureRows.Training with { Steps = 200, EvaluateEvery = null, LearningRate = 6e-3 };
        var options = new FineTuneOptions
        {
            PromptTemplate = end.Length > 0 ? new PromptTemplate { Text = "{input}\n{response}", End = end } : null,
            Lora = lowRank ? new LoraOptions { Rank = 16, Alpha = 32 } : null,
            Training = training with { Steps = 120 },
            Engine = new TinyGptOptions { Threads = 1 },
        };
        using var model = tiny.Pretrain(new PretrainOptions
        {
            Architecture = GestureRows.Architecture with { VocabularySize = 270 },
            LabelColumnName = "Label",
            PromptTemplate = options.PromptTemplate,
            Training = training,
        }).Append(tiny.FineTune(options)).Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        var scored = model.Transform(data);
        var pairs = scored.GetColumn<string>("Label").Zip(scored.GetColumn<string>("PredictedLabel")).ToArray();
        foreach (var rows in pairs.GroupBy(pair => pair.First))
        {
            var right = rows.Count(pair => pair.First == pair.Second);
            Assert.IsGreaterThanOrEqualTo(27, right, $"{rows.Key}: {right} of 30 rows.");
        }
    }
}
