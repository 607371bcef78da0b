using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FriendAccess.Tests;

/// <summary>Compiles small assemblies and runs what they hold.</summary>
internal static class TestAssembly
{
    private static readonly MetadataReference[] Framework =
    [
        MetadataReference.CreateFromFile(typeof(object).Assembly.Location),
        MetadataReference.CreateFromFile(Assembly.Load("System.Runtime").Location),
    ];

    /// <summary>Gets the public key of some strong-named assembly; Microsoft.ML has one, too.</summary>
    public static byte[] PublicKey { get; } = typeof(Uri).Assembly.GetName().GetPublicKey()!;

    /// <summary>Compiles <paramref name="source"/> into a file named after the assembly.</summary>
    public static string Compile(string folder, string name, string source, byte[]? publicKey = null, params string[] references)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.dll");
        var result = Compilation(name, [source], references, publicKey).Emit(path);
        Assert.IsTrue(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        return path;
    }

    /// <summary>Gets the ids of the errors that compiling <paramref name="source"/> against <paramref name="reference"/> gives.</summary>
    public static string[] Errors(string name, string source, string reference) =>
        [.. Compilation(name, [source], [reference], null).GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.Id).Distinct().Order()];

    /// <summary>
    /// Compiles <paramref name="sources"/> against <paramref name="copy"/>, runs <c>User.Run()</c> against <paramref name="original"/>.
    /// </summary>
    public static object? Run(string name, string[] sources, string copy, string original)
    {
        using var image = new MemoryStream();
        var result = Compilation(name, sources, [copy], null).Emit(image);
        Assert.IsTrue(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        image.Position = 0;

        var context = new AssemblyLoadContext(name, isCollectible: true);
        try
        {
            context.LoadFromStream(new MemoryStream(File.ReadAllBytes(original)));
            var run = context.LoadFromStream(image).GetType("User", throwOnError: true)!.GetMethod("Run")!;
            return run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        }
        finally
        {
            context.Unload();
        }
    }

    private static CSharpCompilation Compilation(string name, string[] sources, string[] references, byte[]? publicKey)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, deterministic: true);
        if (publicKey is not null)
            options = options.WithCryptoPublicKey([.. publicKey]).WithPublicSign(true);

        return CSharpCompilation.Create(
            name,
            sources.Select(s => CSharpSyntaxTree.ParseText(s)),
            [.. Framework, .. references.Select(r => MetadataReference.CreateFromFile(r))],
            options);
    }
}
