namespace TinyLlm.Gguf;

/// <summary>Reports every problem of an options record at once.</summary>
internal static class OptionChecks
{
    public static void Throw(string options, params ReadOnlySpan<(bool IsMet, string Problem)> checks)
    {
        var problems = new List<string>();
        foreach (var (isMet, problem) in checks)
        {
            if (!isMet)
                problems.Add(problem);
        }

        if (problems.Count > 0)
            throw new ArgumentException($"{options} are not valid: {string.Join("; ", problems)}.");
    }

    /// <summary>Returns the problems of options inside others as one check; met where there are none inside.</summary>
    public static (bool IsMet, string Problem) Nested(Action? validate)
    {
        try
        {
            validate?.Invoke();
            return (true, "");
        }
        catch (ArgumentException e)
        {
            return (false, e.Message.TrimEnd('.'));
        }
    }
}
