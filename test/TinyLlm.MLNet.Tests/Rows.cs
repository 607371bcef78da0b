using Microsoft.ML;

namespace TinyLlm.MLNet.Tests;

/// <summary>The rows that tests of ML.NET itself use.</summary>
public static class Rows
{
    public static MLContext Context { get; } = new(seed: 1);

    internal static IDataView Of<T>(params T[] rows)
        where T : class =>
        Context.Data.LoadFromEnumerable(rows);

    public static IDataView Numbers(int count) =>
        Of(Enumerable.Range(0, count).Select(i => new Number { Value = i, Text = $"t{i % 3}" }).ToArray());

    public sealed class Number
    {
        public float Value { get; set; }

        public string Text { get; set; } = "";
    }
}
