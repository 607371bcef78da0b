namespace TinyLlm.Gguf.Llama;

/// <summary>Tokens that were computed, and the time that they took. Safe to read while another thread adds.</summary>
internal sealed class DecodeTotals
{
    private readonly Lock _lock = new();
    private long _tokens;
    private TimeSpan _time;

    public void Add(int tokens, TimeSpan time)
    {
        lock (_lock)
            (_tokens, _time) = (_tokens + tokens, _time + time);
    }

    /// <summary>Returns both, which belong together.</summary>
    public (long Tokens, TimeSpan Time) Read()
    {
        lock (_lock)
            return (_tokens, _time);
    }
}
