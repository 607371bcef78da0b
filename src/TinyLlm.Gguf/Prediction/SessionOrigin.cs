using System.Collections.Immutable;

namespace TinyLlm.Gguf;

/// <summary>What the state of a sequence depends on, by name: only an engine with the same can go on from it.</summary>
internal sealed record SessionOrigin(ImmutableArray<(string Name, string Value)> Settings);
