namespace Microsoft.ML;

/// <summary>Names a class that can be loaded by name, and how it is made.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal abstract class LoadableClassAttributeBase : Attribute
{
    protected LoadableClassAttributeBase(
        string summary, Type instType, Type loaderType, Type argType, Type[] sigTypes, string userName, params string[] loadNames)
    {
        Summary = summary;
        InstanceType = instType;
        LoaderType = loaderType;
        ArgType = argType;
        SigTypes = sigTypes;
        UserName = userName;
        LoadNames = loadNames;
    }

    public Type InstanceType { get; }

    public Type LoaderType { get; }

    public string Summary { get; }

    public Type ArgType { get; }

    public Type[] CtorTypes => SigTypes;

    public Type[] SigTypes { get; }

    public string UserName { get; }

    public string DocName { get; set; }

    public string[] LoadNames { get; }
}
