using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>
/// How a scalar of any type is written as a label or a group: one way for values, and for the values that a key stands for.
/// </summary>
internal static class ScalarText
{
    public static string Of<T>(T value) => value switch
    {
        bool flag => flag ? "true" : "false",
        ReadOnlyMemory<char> text => text.ToString(),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
