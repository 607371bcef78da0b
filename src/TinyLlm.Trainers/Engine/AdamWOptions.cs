namespace TinyLlm.Trainers.Engine;

/// <summary>The constants of AdamW.</summary>
/// <param name="Beta1">β₁, the share of the first moment that is kept.</param>
/// <param name="Beta2">β₂, the share of the second moment that is kept.</param>
/// <param name="Epsilon">ε, added to the root of the second moment.</param>
/// <param name="WeightDecay">λ, for matrices.</param>
internal readonly record struct AdamWOptions(double Beta1, double Beta2, double Epsilon, double WeightDecay);
