namespace Microsoft.ML.Transforms;

/// <summary>Marks the factory of a custom mapping, so that a saved model finds it. The doubled ending is ML.NET's.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    public CustomMappingFactoryAttributeAttribute(string contractName)
        : base(contractName)
    {
    }
}
