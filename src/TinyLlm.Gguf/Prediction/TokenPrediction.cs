namespace TinyLlm.Gguf;

/// <summary>A token that may come next.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Text">Its text; part of a character is shown as U+FFFD.</param>
/// <param name="Probability">Its probability, from 0 to 1.</param>
public sealed record TokenPrediction(int Token, string Text, double Probability);
