using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Saves the contract of a custom mapping, and finds its factory again.</summary>
internal static class CustomMappingLoader
{
    public const string LoaderSignature = "CustomTransformer";

    public static void Save(ModelSaveContext ctx, string contractName)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(contractName);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var contract = ctx.LoadNonEmptyString();
        return env.ComponentCatalog.TryCreateExtension<CustomMappingFactoryAttributeAttribute>(contract, out var factory)
            ? ((ICustomMappingFactory)factory).CreateTransformer(env, contract)
            : throw new InvalidOperationException(
                $"The custom mapping '{contract}' is not known: mark its factory with [CustomMappingFactoryAttribute(\"{contract}\")] and call "
                + "mlContext.ComponentCatalog.RegisterAssembly with its assembly before loading.");
    }

    private static VersionInfo GetVersionInfo() =>
        new("CUSTOMXF", 0x00010001, 0x00010001, 0x00010001, typeof(CustomMappingLoader).Assembly.FullName, LoaderSignature);
}
