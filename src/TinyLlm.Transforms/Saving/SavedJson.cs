using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms;

/// <summary>
/// The settings of stages as the JSON text that a saved pipeline holds. The compiler generates how each type is written and read, so it
/// works where reflection is disabled: in trimmed programs, and in file-based ones.
/// </summary>
internal static partial class SavedJson
{
    // Generated code sets every property that can be set at initialization only, to zero where the text lacks it. A pipeline that was
    // saved before a setting existed lacks it, and means the default. A vocabulary has always been saved with all it has.
    private static readonly object[] Defaults =
    [
        new ClassifyOptions(), new EmbedOptions(), new GenerateOptions(), new PerplexityOptions(), new TinyGptOptions(),
        new GenerationOptions(), new SensorWindowingOptions(), new SensorWindowOptions(), new SensorTextOptions(),
        new SensorTemplateOptions { Channels = [] }, new SensorBinOptions { Channels = [] }, new CorpusOptions(),
    ];

    /// <summary>Gets the types that can be saved.</summary>
    public static JsonSerializerContext Types => SavedTypes.Default;

    /// <summary>Returns settings as text, with the properties of their own type.</summary>
    /// <exception cref="NotSupportedException">The type is none of <see cref="Types"/>.</exception>
    public static string Write(object settings) => JsonSerializer.Serialize(settings, Types.Options.GetTypeInfo(settings.GetType()));

    /// <summary>Returns the settings that a text holds, those that it lacks with their defaults; null where it says null.</summary>
    /// <exception cref="JsonException">The text is no JSON, or describes something else.</exception>
    public static T? Read<T>(string json) => Read(json, (JsonTypeInfo<T>)Types.Options.GetTypeInfo(typeof(T)));

    /// <summary>Returns what a text holds, with the defaults of settings that it lacks; null where it says null.</summary>
    /// <exception cref="JsonException">The text is no JSON, or describes something else.</exception>
    public static T? Read<T>(string json, JsonTypeInfo<T> type)
    {
        var node = JsonNode.Parse(json);
        if (node is JsonObject saved)
            Complete(saved, type);
        return node.Deserialize(type);
    }

    private static void Complete(JsonObject saved, JsonTypeInfo type)
    {
        var settings = Defaults.FirstOrDefault(settings => settings.GetType() == type.Type);
        foreach (var property in type.Properties)
        {
            if (saved[property.Name] is JsonObject inner)
                Complete(inner, type.Options.GetTypeInfo(property.PropertyType));
            else if (settings is not null && !saved.ContainsKey(property.Name) && property is { IsRequired: false, Get: { } get })
                saved[property.Name] = JsonSerializer.SerializeToNode(get(settings), type.Options.GetTypeInfo(property.PropertyType));
        }
    }

    [JsonSerializable(typeof(ClassifyOptions))]
    [JsonSerializable(typeof(EmbedOptions))]
    [JsonSerializable(typeof(GenerateOptions))]
    [JsonSerializable(typeof(PerplexityOptions))]
    [JsonSerializable(typeof(SensorWindowingOptions))]
    [JsonSerializable(typeof(SensorTextOptions))]
    [JsonSerializable(typeof(CorpusOptions))]
    [JsonSerializable(typeof(ModelVocabulary))]
    private sealed partial class SavedTypes : JsonSerializerContext;
}
