using System.Reflection;
using Microsoft.ML;

namespace TinyLlm.Transforms;

/// <summary>What saved pipelines say of this library's stages, by which they find their way back.</summary>
internal static class ModelVersions
{
    private const uint First1_1 = 0x00010001;

    /// <summary>Returns the first version of a stage.</summary>
    /// <param name="modelSignature">8 characters.</param>
    /// <param name="loaderSignature">The name by which its <c>LoadableClass</c> attribute registers it.</param>
    /// <param name="assembly">The stage's assembly; null for this one.</param>
    public static VersionInfo First(string modelSignature, string loaderSignature, Assembly? assembly = null) => new(
        modelSignature: modelSignature,
        verWrittenCur: First1_1,
        verReadableCur: First1_1,
        verWeCanReadBack: First1_1,
        loaderAssemblyName: (assembly ?? typeof(ModelVersions).Assembly).FullName,
        loaderSignature: loaderSignature);
}
