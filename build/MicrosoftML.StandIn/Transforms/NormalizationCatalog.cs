using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Brings numbers to one scale.</summary>
public static class NormalizationCatalog
{
    /// <summary>Scales to magnitudes of at most 1, or, without <paramref name="fixZero"/>, from 0 to 1.</summary>
    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName = null, long maximumExampleCount = 1000000000, bool fixZero = true) =>
        catalog.NormalizeMinMax([new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero);

    /// <inheritdoc cref="NormalizeMinMax(TransformsCatalog, string, string, long, bool)"/>
    public static NormalizingEstimator NormalizeMinMax(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, long maximumExampleCount = 1000000000, bool fixZero = true) =>
        new(catalog.GetEnvironment(), NormalizerKind.MinMax, fixZero, maximumExampleCount, InputOutputColumnPair.ToPairs(columns));

    /// <summary>Divides by the standard deviation after taking off the mean, or, with <paramref name="fixZero"/>, by the root mean square.</summary>
    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName = null,
        long maximumExampleCount = 1000000000,
        bool fixZero = true,
        bool useCdf = false) =>
        catalog.NormalizeMeanVariance([new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumExampleCount, fixZero, useCdf);

    /// <inheritdoc cref="NormalizeMeanVariance(TransformsCatalog, string, string, long, bool, bool)"/>
    public static NormalizingEstimator NormalizeMeanVariance(
        this TransformsCatalog catalog, InputOutputColumnPair[] columns, long maximumExampleCount = 1000000000, bool fixZero = true, bool useCdf = false) =>
        useCdf
            ? throw new NotSupportedException("The stand-in has no cumulative-distribution normalizer: NormalizeMeanVariance with useCdf=true needs the real Microsoft.ML.")
            : new(catalog.GetEnvironment(), NormalizerKind.MeanVariance, fixZero, maximumExampleCount, InputOutputColumnPair.ToPairs(columns));
}
