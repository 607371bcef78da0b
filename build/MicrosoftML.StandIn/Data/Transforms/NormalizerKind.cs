namespace Microsoft.ML.Transforms;

/// <summary>What a normalizer makes equal among columns.</summary>
internal enum NormalizerKind
{
    MinMax,
    MeanVariance,
}
