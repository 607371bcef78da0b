using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace TinyLlm.Samples.Tests.Repository;

/// <summary>Who depends on whom, read from what the build wrote.</summary>
[TestClass]
public sealed class DependencyTests
{
    [TestMethod]
    public void Gguf_Dependencies_AreNone() => Assert.IsEmpty(Closure("TinyLlm.Gguf").Where(name => name != "TinyLlm.Gguf"));

    [TestMethod]
    public void Transforms_Closure_HasGgufAndNotTrainers()
    {
        var closure = Closure("TinyLlm.Transforms");
        Assert.Contains("TinyLlm.Gguf", closure);
        Assert.DoesNotContain("TinyLlm.Trainers", closure);
        Assert.DoesNotContain("TinyLlm.Trainers", References("TinyLlm.Transforms"));
    }

    [TestMethod]
    public void Trainers_Closure_HasTransformsAndGguf()
    {
        var closure = Closure("TinyLlm.Trainers");
        Assert.Contains("TinyLlm.Transforms", closure);
        Assert.Contains("TinyLlm.Gguf", closure);
    }

    [TestMethod]
    public void DeviceSample_Closure_HoldsNoMLNet()
    {
        CollectionAssert.AreEquivalent(new[] { "RunGguf", "TinyLlm.Gguf" }, Closure("RunGguf"));
        var folder = Path.GetDirectoryName(BuiltProject.File("RunGguf", ".dll"))!;
        RepositoryFiles.AssertNone(
            Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)).Where(
                name => name.Contains("Microsoft.ML")),
            "A device that only runs a model must not carry ML.NET.");
    }

    [TestMethod]
    public void MicrosoftML_PackageReference_StandsInOnePlace()
    {
        var projects = RepositoryFiles.All.Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets" or ".proj");
        RepositoryFiles.AssertNone(
            RepositoryFiles.Lines(
                projects.Except(["build/Common.targets"]), line => line.Contains("PackageReference Include=\"Microsoft.ML\"")),
            "A project that needs Microsoft.ML sets UseMicrosoftML.");
    }

    private static string[] References(string project)
    {
        using var file = new PEReader(File.OpenRead(BuiltProject.File(project, ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    // The names of all libraries, packages and projects, that the project brings along, itself included.
    private static string[] Closure(string project)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(BuiltProject.File(project, ".deps.json")));
        return [.. file.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')[0])];
    }
}
