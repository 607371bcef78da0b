namespace TinyLlm.Gguf;

/// <summary>The temperature that was fitted for a model's classifications, in the metadata of its file.</summary>
internal static class ClassificationMetadata
{
    public const string TemperatureKey = "tinyllm.classification.temperature";

    /// <summary>Returns the temperature that metadata hold; <see langword="null"/> where they hold none.</summary>
    /// <exception cref="GgufFormatException">It is not a positive number.</exception>
    public static double? Temperature(GgufMetadata metadata)
    {
        if (!metadata.TryGetValue(TemperatureKey, out var value))
            return null;
        var temperature = value.AsDouble(TemperatureKey);
        return temperature > 0 && double.IsFinite(temperature)
            ? temperature
            : throw new GgufFormatException($"'{TemperatureKey}' is {temperature}; a positive number is expected.", value.Offset);
    }

    /// <summary>Returns metadata without a temperature: that of other weights.</summary>
    public static GgufMetadata WithoutTemperature(GgufMetadata metadata) => metadata.Without(key => key == TemperatureKey);
}
