namespace TinyLlm.Transforms;

/// <summary>What a cache of scores was good for.</summary>
/// <param name="Asked">How many texts were asked for.</param>
/// <param name="Found">How many of them needed no model.</param>
/// <param name="Texts">How many texts it holds.</param>
/// <param name="Bytes">What they and their results take.</param>
internal readonly record struct ScoreCacheUse(long Asked, long Found, int Texts, long Bytes)
{
    /// <summary>Returns both together.</summary>
    public ScoreCacheUse With(ScoreCacheUse other) =>
        new(Asked + other.Asked, Found + other.Found, Texts + other.Texts, Bytes + other.Bytes);

    public override string ToString() => FormattableString.Invariant(
        $"{Found:N0} of {Asked:N0} texts ({(Asked == 0 ? 0 : 100.0 * Found / Asked):F1} %) were scored before; the cache holds {Texts:N0} texts in {Bytes / 1048576.0:F1} MiB");
}
