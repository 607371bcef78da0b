using TinyLlm.Gguf;

namespace WebApi;

/// <summary>A text to be scored.</summary>
internal sealed class Session
{
    public required string Text { get; set; }
}

/// <summary>How badly the model foresaw it.</summary>
internal sealed class Surprise
{
    public float NatsPerToken { get; set; }
}

/// <summary>A text to be continued.</summary>
internal sealed record Beginning(string Text, int MaximumTokens = 64, float Temperature = 0, uint Seed = 0)
{
    internal GenerationOptions Options => new() { MaximumTokens = MaximumTokens, Temperature = Temperature, Seed = Seed };
}
