namespace TinyLlm.Gguf.Llama;

/// <summary>The tokens that contexts have computed, and the time that they took.</summary>
internal sealed class DecodeTotals
{
    public long Tokens { get; private set; }

    public TimeSpan Time { get; private set; }

    public void Add(int tokens, TimeSpan time) => (Tokens, Time) = (Tokens + tokens, Time + time);
}
