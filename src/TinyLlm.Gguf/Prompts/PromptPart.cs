using System.Text;

namespace TinyLlm.Gguf;

/// <summary>A piece of a prompt template: literal text, or the name of what stands in its place.</summary>
internal readonly record struct PromptPart(string Text, bool IsField)
{
    private const string Response = "response";

    private static readonly string[] Fields = ["instruction", "input", Response];

    public string Of(string instruction, string input, string response) => (IsField, Text) switch
    {
        (false, _) => Text,
        (_, "instruction") => instruction,
        (_, "input") => input,
        _ => response,
    };

    /// <summary>Parses a template.</summary>
    /// <exception cref="ArgumentException">It is not one; the message lists every problem.</exception>
    public static List<PromptPart> Parse(string template)
    {
        var (parts, problems, literal) = (new List<PromptPart>(), new List<string>(), new StringBuilder());
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] is not ('{' or '}'))
            {
                literal.Append(template[i]);
            }
            else if (i + 1 < template.Length && template[i + 1] == template[i])
            {
                literal.Append(template[i++]);
            }
            else if (template[i] == '{' && template.IndexOf('}', i) is > 0 and var end)
            {
                AddLiteral();
                parts.Add(new PromptPart(template[(i + 1)..end], IsField: true));
                i = end;
            }
            else
            {
                problems.Add($"the '{template[i]}' at {i} stands alone; write it twice for a brace");
            }
        }

        AddLiteral();
        problems.AddRange(Problems(parts));
        return problems.Count == 0
            ? parts
            : throw new ArgumentException($"The prompt template is not valid: {string.Join("; ", problems)}.", nameof(template));

        void AddLiteral()
        {
            if (literal.Length > 0)
                parts.Add(new PromptPart(literal.ToString(), IsField: false));
            literal.Clear();
        }
    }

    private static IEnumerable<string> Problems(List<PromptPart> parts)
    {
        foreach (var part in parts.Where(part => part.IsField && !Fields.Contains(part.Text)))
            yield return $"{{{part.Text}}} is unknown; there are {{instruction}}, {{input}} and {{response}}";
        foreach (var field in Fields)
        {
            var count = parts.Count(part => part.IsField && part.Text == field);
            if (count > 1 || (count == 0 && field != "instruction"))
                yield return $"{{{field}}} stands {count} times; {(field == "instruction" ? "at most once" : "once")} is expected";
        }

        if (parts is not [.., { IsField: true, Text: Response }])
            yield return "{response} is not the last; what comes behind a response belongs into the end";
        else if (parts is [.., { IsField: false } before, _] && before.Text.EndsWith(' '))
        {
            yield return "a space stands before {response}; the tokens of a prompt would not be those of the example, "
                + "so begin the response with it or use a line break";
        }
    }
}
