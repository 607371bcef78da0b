namespace TinyLlm.Gguf;

/// <summary>What an engine has done since it was opened.</summary>
/// <param name="FileBytes">The bytes of the model's file.</param>
/// <param name="ParameterCount">The number of parameters.</param>
/// <param name="LoadTime">How long loading took.</param>
/// <param name="PromptTokens">
/// The tokens that were computed without being generated: prompts, labels behind them, texts that are measured or embedded. Those
/// found in the cache are not counted.
/// </param>
/// <param name="PromptTime">The time that they took.</param>
/// <param name="GeneratedTokens">The tokens that were generated.</param>
/// <param name="GenerationTime">The time that they took.</param>
/// <param name="BufferBytes">
/// The memory that llama.cpp holds for this engine, in bytes and by its own account: weights, keys and values, and what it computes in.
/// It grows with the first call of each kind. The process holds more, .NET above all, and less of a mapped file that is not read yet.
/// </param>
/// <param name="PeakMemoryBytes">The most memory that the process, not the engine alone, has had resident so far.</param>
public sealed record EngineMetrics(
    long FileBytes,
    long ParameterCount,
    TimeSpan LoadTime,
    long PromptTokens,
    TimeSpan PromptTime,
    long GeneratedTokens,
    TimeSpan GenerationTime,
    long BufferBytes,
    long PeakMemoryBytes)
{
    /// <summary>Gets the tokens per second of prompts; 0 before there was one.</summary>
    public double PromptTokensPerSecond => PromptTime > TimeSpan.Zero ? PromptTokens / PromptTime.TotalSeconds : 0;

    /// <summary>Gets the tokens per second of generation; 0 before there was one.</summary>
    public double GeneratedTokensPerSecond => GenerationTime > TimeSpan.Zero ? GeneratedTokens / GenerationTime.TotalSeconds : 0;
}
