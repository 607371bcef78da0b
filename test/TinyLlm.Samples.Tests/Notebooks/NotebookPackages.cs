using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>The packages that a notebook may ask for by <c>#r</c>, as the assemblies that these tests run on.</summary>
internal static partial class NotebookPackages
{
    // A package brings along what it depends on.
    private static readonly Dictionary<string, string[]> Assemblies = new()
    {
        ["TinyLlm.Gguf"] = ["TinyLlm.Gguf"],
        ["TinyLlm.Transforms"] = ["TinyLlm.Gguf", "TinyLlm.Transforms", "Microsoft.ML*"],
        ["TinyLlm.Trainers"] = ["TinyLlm.Gguf", "TinyLlm.Transforms", "TinyLlm.Trainers", "Microsoft.ML*"],
    };

    private static readonly string[] Loaded = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    /// <summary>Gets the framework, and what .NET Interactive offers every cell.</summary>
    public static IReadOnlyList<MetadataReference> Framework { get; } = References(
    [
        .. Loaded.Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)),
        typeof(NotebookDisplay).Assembly.Location,
    ]);

    /// <summary>Takes the <c>#r</c> lines out of a cell, whose other lines keep their numbers.</summary>
    /// <exception cref="NotebookException">A package is unknown, or a line is for .NET Interactive and cannot be run here.</exception>
    public static (string Code, IReadOnlyList<MetadataReference> References) Resolve(string source)
    {
        var (lines, references) = (source.Split('\n'), new List<MetadataReference>());
        foreach (var (i, line) in lines.Index().Where(line => Directive().IsMatch(line.Item)).ToArray())
        {
            var package = Package().Match(line);
            if (!package.Success)
            {
                throw new NotebookException(
                    $"Line {i + 1}, '{line.Trim()}', is not C# and is not run here; only lines such as #r \"nuget: TinyLlm.Trainers\" are.");
            }

            references.AddRange(References(Find(package.Groups["name"].Value)));
            lines[i] = "";
        }

        return (string.Join('\n', lines), references);
    }

    private static string[] Find(string package)
    {
        if (!Assemblies.TryGetValue(package, out var names))
        {
            throw new NotebookException(
                $"The package '{package}' is unknown here; known are {string.Join(", ", Assemblies.Keys.Order())}.");
        }

        return [.. Loaded.Where(path => names.Any(name => Is(Path.GetFileNameWithoutExtension(path), name)))];
    }

    private static bool Is(string assembly, string name) =>
        name == "Microsoft.ML*" ? assembly.StartsWith("Microsoft.ML.", StringComparison.Ordinal) : assembly == name;

    private static MetadataReference[] References(IEnumerable<string> paths) =>
        [.. paths.Select(path => MetadataReference.CreateFromFile(path))];

    [GeneratedRegex(@"^\s*#(!|r\b|i\b|load\b)")]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\s*#r\s+""nuget:\s*(?<name>[\w.]+)\s*(,[^""]*)?""\s*$")]
    private static partial Regex Package();
}
