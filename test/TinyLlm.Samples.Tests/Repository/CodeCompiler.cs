using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TinyLlm.Samples.Tests.Repository;

/// <summary>Compiles code against what these tests run on: the framework, TinyLlm and whichever Microsoft.ML there is.</summary>
internal static partial class CodeCompiler
{
    // What ImplicitUsings gives every program.
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Gets the errors in <paramref name="program"/>, a whole program of top-level statements.</summary>
    public static string[] Errors(string program) =>
        [.. Compilation(OutputKind.ConsoleApplication, program).GetDiagnostics()
            .Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString())];

    /// <summary>Compiles <paramref name="source"/> to a library and loads it.</summary>
    public static Assembly Load(string source)
    {
        using var image = new MemoryStream();
        var result = Compilation(OutputKind.DynamicallyLinkedLibrary, source).Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        return Assembly.Load(image.ToArray());
    }

    /// <summary>Compiles <paramref name="program"/>, which may have a file-based program's directives, to a file.</summary>
    public static void Save(string program, string path)
    {
        var source = Directive().Replace(program, ""); // they are the command line's, and lines keep their numbers
        var result = Compilation(OutputKind.ConsoleApplication, source, Path.GetFileNameWithoutExtension(path)).Emit(path);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
    }

    [GeneratedRegex("^#:.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    private static CSharpCompilation Compilation(OutputKind kind, string source, string name = "Compiled") => CSharpCompilation.Create(
        name, [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(source)], References,
        new CSharpCompilationOptions(
            kind, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
}
