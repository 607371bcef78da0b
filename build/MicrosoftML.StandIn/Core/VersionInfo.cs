using System.Text;

namespace Microsoft.ML;

/// <summary>What a component writes at the head of its saved form: a signature of eight characters, versions, and who loads it.</summary>
internal readonly struct VersionInfo
{
    public readonly ulong ModelSignature;
    public readonly uint VerWrittenCur;
    public readonly uint VerReadableCur;
    public readonly uint VerWeCanReadBack;
    public readonly string LoaderAssemblyName;
    public readonly string LoaderSignature;
    public readonly string LoaderSignatureAlt;

    public VersionInfo(
        string modelSignature,
        uint verWrittenCur,
        uint verReadableCur,
        uint verWeCanReadBack,
        string loaderAssemblyName,
        string loaderSignature = null,
        string loaderSignatureAlt = null)
    {
        if (modelSignature is not { Length: 8 } || modelSignature.Any(c => c > 0xFF))
            throw new ArgumentException("A model signature has exactly 8 characters of one byte.", nameof(modelSignature));
        ModelSignature = BitConverter.ToUInt64(Encoding.Latin1.GetBytes(modelSignature));
        VerWrittenCur = verWrittenCur;
        VerReadableCur = verReadableCur;
        VerWeCanReadBack = verWeCanReadBack;
        LoaderAssemblyName = loaderAssemblyName;
        LoaderSignature = loaderSignature;
        LoaderSignatureAlt = loaderSignatureAlt;
    }
}
