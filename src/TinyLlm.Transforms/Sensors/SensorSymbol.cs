namespace TinyLlm.Transforms;

/// <summary>One symbol of binned sensor text.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Channel">The channel it stands for; <see langword="null"/> for all.</param>
/// <param name="Meaning">What it stands for, in words.</param>
public sealed record SensorSymbol(string Text, string? Channel, string Meaning);
