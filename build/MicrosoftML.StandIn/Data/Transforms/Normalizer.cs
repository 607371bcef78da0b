using System.Collections.Immutable;

namespace Microsoft.ML.Transforms;

/// <summary>Scale and offset of each slot of a column: <c>(x − offset) · scale</c>.</summary>
internal sealed record Normalizer(bool IsVector, bool IsDouble, double[] Scale, double[] Offset)
{
    public NormalizingTransformer.NormalizerModelParametersBase ToModelParameters() => (IsVector, IsDouble) switch
    {
        (false, false) => new NormalizingTransformer.AffineNormalizerModelParameters<float>((float)Scale[0], (float)Offset[0]),
        (false, true) => new NormalizingTransformer.AffineNormalizerModelParameters<double>(Scale[0], Offset[0]),
        (true, false) => new NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>(
            [.. Scale.Select(value => (float)value)], [.. Offset.Select(value => (float)value)]),
        (true, true) => new NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<double>>([.. Scale], [.. Offset]),
    };
}
