using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Compiles and runs pieces of C# script, each of which sees the ones before it.</summary>
/// <remarks>
/// A piece compiles to a class with a field for each variable; its entry point takes an array with the instances of all classes so far,
/// and puts its own there. Everything is loaded once, into one context, so that types and native libraries are those of the tests.
/// </remarks>
internal sealed class NotebookSession
{
    // What the C# kernel of .NET Interactive imports.
    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        usings:
        [
            "System", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Text", "System.Threading.Tasks",
            typeof(NotebookDisplay).FullName!,
        ]);

    private readonly AssemblyLoadContext _context = new("notebook");
    private readonly List<MetadataReference> _references = [.. NotebookPackages.Framework];
    private CSharpCompilation? _before;
    private object?[] _instances = new object?[2]; // the first is for a host object, which there is none of
    private int _count;

    /// <summary>Runs a piece.</summary>
    /// <returns>The value of its last expression, if it has one.</returns>
    /// <exception cref="NotebookException">It does not compile.</exception>
    public Task<object?> RunAsync(string code, IEnumerable<MetadataReference> references, string name)
    {
        _references.AddRange(references);
        var options = new CSharpParseOptions(kind: SourceCodeKind.Script);
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), options, name);
        var compilation = CSharpCompilation.CreateScriptCompilation(
            $"Notebook{_count}", tree, _references, Options.WithScriptClassName($"Submission#{_count}"), _before, typeof(object));
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(image, symbols);
        var errors = result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).ToArray();
        if (errors.Length > 0)
            throw new NotebookException(string.Join<Diagnostic>('\n', errors));
        (_before, _count) = (compilation, _count + 1);
        if (!result.Success)
            return Task.FromResult<object?>(null); // no more than using directives, which those behind see
        image.Position = symbols.Position = 0;
        var entry = compilation.GetEntryPoint(CancellationToken.None)!;
        var type = _context.LoadFromStream(image, symbols).GetType(entry.ContainingType.MetadataName)!;
        var run = type.GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        Array.Resize(ref _instances, _count + 1);
        return run.CreateDelegate<Func<object?[], Task<object?>>>()(_instances);
    }
}
