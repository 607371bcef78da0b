namespace Microsoft.ML.Data;

/// <summary>The texts that ML.NET reads as true and false.</summary>
internal static class BooleanText
{
    private static readonly string[] True = ["true", "t", "yes", "y", "1", "+1", "+"];
    private static readonly string[] False = ["false", "f", "no", "n", "0", "-1", "-", ""];

    public static bool TryParse(ReadOnlySpan<char> text, out bool value)
    {
        value = Contains(True, text);
        return value || Contains(False, text);
    }

    private static bool Contains(string[] names, ReadOnlySpan<char> text)
    {
        foreach (var name in names)
        {
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
