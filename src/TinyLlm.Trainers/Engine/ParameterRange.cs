namespace TinyLlm.Trainers.Engine;

/// <summary>A part of a trained parameter's values.</summary>
/// <param name="Index">Which of the trained parameters.</param>
/// <param name="Start">The first value.</param>
/// <param name="Count">The number of values.</param>
internal readonly record struct ParameterRange(int Index, long Start, int Count);
