using System.Collections.Concurrent;
using System.Text.Json;
using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Samples.Tests.Samples;

/// <summary>
/// Finds what a sample is run from: the project that was built with these tests, or a file-based program, which is compiled here.
/// </summary>
internal static class Sample
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Programs = new(StringComparer.Ordinal);

    /// <summary>Gets the assembly of a sample, named as its file under <c>samples</c> or its project.</summary>
    public static string Assembly(string name) =>
        name.EndsWith(".cs", StringComparison.Ordinal)
            ? Programs.GetOrAdd(name, file => new(() => Compile(file))).Value
            : BuiltProject.File(name, ".dll");

    // 'dotnet run file.cs' builds for seconds and beside other tests; this takes one, against the same assemblies.
    // The CI runs the command itself.
    private static string Compile(string file)
    {
        var source = RepositoryFolder.PathOf($"samples/{file}");
        var path = Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(file) + ".dll");
        CodeCompiler.Save(System.IO.File.ReadAllText(source), path);
        var ours = Path.Combine(AppContext.BaseDirectory, typeof(Sample).Assembly.GetName().Name!);
        System.IO.File.Copy(ours + ".deps.json", Path.ChangeExtension(path, ".deps.json"), overwrite: true);
        System.IO.File.WriteAllText(Path.ChangeExtension(path, ".runtimeconfig.json"), JsonSerializer.Serialize(new
        {
            runtimeOptions = new
            {
                framework = new { name = "Microsoft.NETCore.App", version = Environment.Version.ToString() },
                configProperties = new { EntryPointFileDirectoryPath = Path.GetDirectoryName(source) },
            },
        }));
        return path;
    }
}
