namespace TinyLlm.Trainers;

/// <summary>
/// How weights and activations are kept in memory while a model is trained. Everything is computed in 32 bits either way.
/// </summary>
public enum TrainingPrecision
{
    /// <summary>In 32 bits.</summary>
    Single,

    /// <summary>
    /// In BF16, the upper half of 32 bits, where 8 significant bits do: the frozen matrices of a low-rank adaptation, and what the backward
    /// pass reads again. It saves memory, not time. Weights that are trained, their gradients and the sums stay in 32 bits.
    /// </summary>
    BFloat16,
}
