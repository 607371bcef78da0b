using Microsoft.CodeAnalysis;

namespace System.Runtime.CompilerServices
{
    /// <summary>Makes the runtime let this assembly use the internals of the named one. The runtime knows it by name; no library has it.</summary>
    [Embedded]
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        /// <summary>Gets the simple name of the assembly whose internals are used.</summary>
        public string AssemblyName { get; } = assemblyName;
    }
}

namespace Microsoft.CodeAnalysis
{
    /// <summary>Hides a type from friends of this assembly, which have the same type from the same source.</summary>
    [Embedded]
    internal sealed class EmbeddedAttribute : Attribute;
}
