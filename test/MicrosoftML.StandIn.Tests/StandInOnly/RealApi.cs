namespace MicrosoftML.StandIn.Tests.StandInOnly;

/// <summary>The surface of the real Microsoft.ML.</summary>
internal sealed class RealApi
{
    private readonly HashSet<string> _members;
    private readonly Dictionary<string, (string Line, string Assembly, HashSet<string> Bases)> _types;

    public RealApi(IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        _members = [.. all.Where(line => !line.StartsWith("T:", StringComparison.Ordinal))];
        _types = all.Where(line => line.StartsWith("T:", StringComparison.Ordinal)).Select(line => line.Split(" | ")).ToDictionary(
            parts => parts[0][2..],
            parts => ($"{parts[0]} | {parts[1]}", parts[2], parts.Length > 3 ? parts[3].Split("; ").ToHashSet() : []));
    }

    public static RealApi Load() => new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Api", "microsoft-ml-5.0-api.txt")));

    public bool Has(string typeName) => _types.ContainsKey(typeName);

    public bool HasMember(string line) => _members.Contains(line);

    /// <summary>Returns whether the real type has a member of that kind and name, whatever its signature.</summary>
    public bool HasMemberNamed(string typeName, string name) =>
        _members.Any(
            line => line[1] == ':' && line.AsSpan(2).StartsWith($"{typeName}.{name}")
            && "(` ".Contains(line[2 + typeName.Length + 1 + name.Length]));

    public bool HasFieldNamed(string typeName, string name) =>
        _members.Any(line => line.StartsWith($"F:{typeName}.{name} ", StringComparison.Ordinal));

    /// <summary>
    /// Returns whether the real type has a method of that name (<c>#ctor</c> for constructors) with that many parameters.
    /// </summary>
    public bool HasMethod(string typeName, string name, int parameters) => _members.Any(line =>
        line.StartsWith($"M:{typeName}.{name}", StringComparison.Ordinal)
        && "(`".Contains(line[2 + typeName.Length + 1 + name.Length])
        && ParameterCount(line) == parameters);

    public string? AssemblyOf(string typeName) => _types.TryGetValue(typeName, out var type) ? type.Assembly : null;

    /// <summary>Returns every way in which a type offers what the real one lacks.</summary>
    public IEnumerable<string> Deviations(Type type, Func<string, bool> shows)
    {
        var name = ApiLines.Name(type);
        if (!_types.TryGetValue(name, out var real))
        {
            yield return $"{ApiLines.OfType(type)}: the real Microsoft.ML has no such type.";
            yield break;
        }

        if (ApiLines.OfType(type) != real.Line)
            yield return $"{ApiLines.OfType(type)}: the real one is '{real.Line}'.";
        foreach (var b in ApiLines.BasesOf(type).Where(b => !real.Bases.Contains(b)))
            yield return $"{name}: the real one has no base {b}.";
        foreach (var line in ApiLines.OfMembers(type, shows).Where(line => !_members.Contains(line)))
            yield return $"{line}: the real one has no such member.";
    }

    private static int ParameterCount(string line)
    {
        var (depth, count) = (0, 1);
        var start = line.IndexOf('(') + 1;
        for (var i = start; line[i] != ')'; i++)
        {
            depth += line[i] is '{' or '[' ? 1 : line[i] is '}' or ']' ? -1 : 0;
            count += depth == 0 && line[i] == ',' ? 1 : 0;
        }

        return line[start] == ')' ? 0 : count;
    }
}
