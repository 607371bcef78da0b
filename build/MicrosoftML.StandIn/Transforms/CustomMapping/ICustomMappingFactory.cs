namespace Microsoft.ML.Transforms;

/// <summary>Makes the transformer of a custom mapping when a model is loaded.</summary>
internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(Runtime.IHostEnvironment env, string contractName);
}
