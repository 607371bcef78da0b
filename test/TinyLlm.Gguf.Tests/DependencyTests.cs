using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests;

[TestClass]
public sealed class DependencyTests
{
    [TestMethod]
    public void Assembly_AsBuilt_ReferencesOnlyTheBaseClassLibrary()
    {
        var sharedFramework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        using var file = new PEReader(File.OpenRead(typeof(NativePlatform).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .ToArray();

        var strangers = references.Where(name => !File.Exists(Path.Combine(sharedFramework, name + ".dll"))).ToArray();

        Assert.Contains("System.Runtime", references);
        Assert.IsEmpty(
            strangers, $"TinyLlm.Gguf promises to need the base class library alone, but references {string.Join(", ", strangers)}.");
    }
}
