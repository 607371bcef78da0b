using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TinyLlm.Fuzz.Mutations;

/// <summary>Damages JSON: mostly values and structure, sometimes its letters.</summary>
internal static class JsonMutator
{
    private static readonly string[] Numbers = ["1e999", "NaN", "-0", "1.0", "1e3", "99999999999999999999"];

    public static byte[] Mutate(Random random, byte[] valid, out string what)
    {
        if (random.Next(6) == 0)
            return Interesting.Bytes(random, valid, valid.Length, out what);
        var root = JsonNode.Parse(valid)!;
        what = "";
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            what += Change(random, root) + "; ";
        var text = root.ToJsonString();
        if (random.Next(20) == 0)
        {
            var depth = random.Next(1, 2000);
            text = text.Replace("null", new string('[', depth) + new string(']', depth), StringComparison.Ordinal);
            what += $"arrays {depth} deep";
        }

        // Numbers that no JSON node holds.
        if (random.Next(20) == 0)
            text = text.Replace("4242", Numbers[random.Next(Numbers.Length)], StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    private static string Change(Random random, JsonNode root)
    {
        var node = root;
        while (true)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } o:
                    var key = o.ElementAt(random.Next(o.Count)).Key;
                    if (o[key] is JsonObject or JsonArray && random.Next(4) > 0)
                    {
                        node = o[key]!;
                        continue;
                    }

                    switch (random.Next(4))
                    {
                        case 0:
                            o.Remove(key);
                            return $"without '{key}'";
                        case 1:
                            var copy = o[key]?.DeepClone();
                            o[Interesting.Text(random)] = copy;
                            return $"'{key}' under another name, too";
                        default:
                            o[key] = Value(random);
                            var text = o[key]?.ToJsonString() ?? "null";
                            return $"'{key}' = {(text.Length <= 60 ? text : text[..60])}";
                    }

                case JsonArray { Count: > 0 } a:
                    var at = random.Next(a.Count);
                    if (a[at] is JsonObject or JsonArray && random.Next(4) > 0)
                    {
                        node = a[at]!;
                        continue;
                    }

                    switch (random.Next(4))
                    {
                        case 0:
                            a.RemoveAt(at);
                            return $"without item {at}";
                        case 1:
                            a.Insert(random.Next(a.Count), a[at]?.DeepClone());
                            return $"item {at} twice";
                        default:
                            a[at] = Value(random);
                            return $"item {at} is another";
                    }

                default:
                    return "nothing";
            }
        }
    }

    private static JsonNode? Value(Random random) => random.Next(9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(Interesting.Text(random)),
        3 => Interesting.Real(random) is var real && double.IsFinite(real) ? JsonValue.Create(real) : JsonValue.Create(4242),
        4 => new JsonArray(),
        5 => new JsonObject { ["a"] = 1 },
        6 => new JsonArray(JsonValue.Create("a"), JsonValue.Create(4242)),
        _ => JsonValue.Create(Interesting.Whole(random)),
    };
}
