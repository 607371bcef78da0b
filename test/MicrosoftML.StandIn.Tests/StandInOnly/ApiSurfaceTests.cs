using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

[TestClass]
public sealed partial class ApiSurfaceTests
{
    private static readonly RealApi Real = RealApi.Load();
    private static readonly Type[] All =
    [
        .. typeof(MLContext).Assembly.GetTypes()
            .Where(type => !type.Name.Contains('<') && type.Namespace?.StartsWith("Microsoft.ML", StringComparison.Ordinal) == true),
    ];

    /// <summary>The internals that the product uses by name: every member of theirs must be the real one's.</summary>
    private static readonly string[] NamedInternals =
    [
        "Microsoft.ML.LoadableClassAttribute", "Microsoft.ML.LoadableClassAttributeBase",
        "Microsoft.ML.VersionInfo", "Microsoft.ML.SignatureLoadModel",
        "Microsoft.ML.ModelSaveContext", "Microsoft.ML.ModelLoadContext", "Microsoft.ML.SchemaShape",
        "Microsoft.ML.SchemaShape.Column", "Microsoft.ML.Data.CatalogUtils",
    ];

    [TestMethod]
    public void StandIn_PublicSurface_IsTheRealOnes()
    {
        var visible = All.Where(type => type.IsVisible).ToArray();
        Assert.IsGreaterThan(100, visible.Length, "The stand-in's types were not found.");
        AssertNone(
            visible.SelectMany(type => Real.Deviations(type, visibility => visibility is "public" or "protected" or "protected internal")));
    }

    [TestMethod]
    public void StandIn_NamedInternals_AreTheRealOnes()
    {
        var named = All.Where(type => NamedInternals.Contains(ApiLines.Name(type))).ToArray();
        Assert.HasCount(NamedInternals.Length, named);
        AssertNone(named.SelectMany(type => Real.Deviations(type, visibility => visibility is not ("private" or "private protected"))));
    }

    [TestMethod]
    public void StandIn_PublicTypes_StandInTheFolderOfTheirRealAssembly()
    {
        var folder = Path.Combine(RepositoryFolder.Root, "build", "MicrosoftML.StandIn");
        var declarations = new[] { "DataView", "Core", "Data", "Transforms" }.SelectMany(part =>
            Directory.EnumerateFiles(Path.Combine(folder, part), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => Declaration().Matches(File.ReadAllText(file)))
                .Select(match => (Name: match.Groups[1].Value, Part: part)))
                .ToLookup(d => d.Name, d => d.Part);
        AssertNone(All.Where(type => type.IsVisible && !type.IsNested).SelectMany(type =>
        {
            var expected = Real.AssemblyOf(ApiLines.Name(type))?.Replace("Microsoft.ML.", "");
            var found = declarations[type.Name.Split('`')[0]].Distinct().ToArray();
            return found.Contains(expected)
                ? Array.Empty<string>()
                : [$"{type} stands in {string.Join(", ", found)}; the real one lives in {expected}."];
        }));
    }

    private static void AssertNone(IEnumerable<string> deviations)
    {
        var found = deviations.ToArray();
        Assert.IsEmpty(found, $"\n{string.Join("\n", found)}\n");
    }

    [GeneratedRegex(@"^public [\w ]*?(?:class|struct|interface|enum|delegate void) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
