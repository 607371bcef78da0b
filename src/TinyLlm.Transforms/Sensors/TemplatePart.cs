using System.Globalization;

namespace TinyLlm.Transforms;

/// <summary>A piece of a template: literal text, or what a channel of a window puts in its place.</summary>
internal sealed record TemplatePart(string Text, int Channel = -1, string Statistic = "", int Decimals = 0)
{
    private static readonly string[] Statistics = ["mean", "min", "max", "std", "slope", "frequency"];

    public bool IsLiteral => Channel < 0;

    /// <summary>Parses the options' template; adds what is wrong with it.</summary>
    public static List<TemplatePart> Parse(SensorTemplateOptions options, List<string> problems)
    {
        var template = options.Template ?? string.Join('\n', options.Channels.Select(channel =>
            $"{channel.Name}: {{{channel.Name}}}" + (channel.Unit.Length > 0 ? $" {{{channel.Name}.unit}}" : "")));
        var (parts, literal) = (new List<TemplatePart>(), "");
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] is '{' or '}' && i + 1 < template.Length && template[i + 1] == template[i])
            {
                literal += template[i++];
            }
            else if (template[i] == '}')
            {
                problems.Add($"the '}}' at {i} of the template closes nothing; write '}}}}' for a brace");
            }
            else if (template[i] != '{')
            {
                literal += template[i];
            }
            else
            {
                var end = template.IndexOf('}', i);
                if (end < 0)
                {
                    problems.Add($"the '{{' at {i} of the template is not closed; write '{{{{' for a brace");
                    break;
                }

                parts.Add(new TemplatePart(literal));
                literal = "";
                if (ParseField(options, template[(i + 1)..end], problems) is { } part)
                    parts.Add(part);
                i = end;
            }
        }

        parts.Add(new TemplatePart(literal));
        return parts;
    }

    private static TemplatePart? ParseField(SensorTemplateOptions options, string field, List<string> problems)
    {
        var (path, decimals) = field.Split(':', 2) is [var before, var behind] ? (before, behind) : (field, null);
        var (name, statistic) = path.Split('.', 2) is [var first, var second] ? (first, second) : (path, "");
        var channels = options.Channels.Select(channel => channel.Name).ToArray();
        var index = Array.IndexOf(channels, name);
        if (index < 0)
        {
            problems.Add($"{{{field}}} names no channel; there are {string.Join(", ", channels)}");
            return null;
        }

        if (statistic == "unit")
            return new TemplatePart(options.Channels[index].Unit);
        if (statistic.Length > 0 && !Statistics.Contains(statistic))
            problems.Add($"{{{field}}} asks for '{statistic}'; there are {string.Join(", ", Statistics)} and unit");
        var digits = options.Channels[index].Decimals;
        if (decimals is not null && !(int.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out digits) && digits <= 9))
            problems.Add($"{{{field}}} has the decimals '{decimals}'; 0 to 9 are expected");
        return new TemplatePart("", index, statistic, digits);
    }
}
