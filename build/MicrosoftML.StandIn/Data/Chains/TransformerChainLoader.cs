using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(TransformerChain<ITransformer>), typeof(TransformerChainLoader), null, typeof(SignatureLoadModel), "Transformer chain", TransformerChainLoader.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Saves and loads chains: one folder <c>Transform_000</c>, <c>Transform_001</c>, … per transformer.</summary>
internal static class TransformerChainLoader
{
    public const string LoaderSignature = "TransformerChain";

    public static void Save(ModelSaveContext ctx, ITransformer[] transformers, TransformerScope[] scopes)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write(transformers.Length);
        for (var i = 0; i < transformers.Length; i++)
        {
            ctx.Writer.Write((int)scopes[i]);
            ctx.SaveModel(transformers[i], FolderOf(i));
        }
    }

    private static TransformerChain<ITransformer> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var transformers = new ITransformer[ctx.Reader.ReadInt32()];
        var scopes = new TransformerScope[transformers.Length];
        for (var i = 0; i < transformers.Length; i++)
        {
            scopes[i] = (TransformerScope)ctx.Reader.ReadInt32();
            ctx.LoadModel<ITransformer, SignatureLoadModel>(env, out transformers[i], FolderOf(i));
        }

        return new TransformerChain<ITransformer>(transformers, scopes);
    }

    private static string FolderOf(int index) => $"Transform_{index:000}";

    private static VersionInfo GetVersionInfo() =>
        new("XF  PIPE", 0x00010001, 0x00010001, 0x00010001, typeof(TransformerChainLoader).Assembly.FullName, LoaderSignature);
}
