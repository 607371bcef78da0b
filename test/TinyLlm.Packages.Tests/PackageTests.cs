using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Packages.Tests;

/// <summary>What a user finds in a package, and what a package source shows of it.</summary>
[TestClass]
public sealed partial class PackageTests
{
    private const string Gguf = "TinyLlm.Gguf", Transforms = "TinyLlm.Transforms", Trainers = "TinyLlm.Trainers";

    // Written as package sources show it: from the first to before the second.
    private const string MicrosoftML = "Microsoft.ML [5.0.1, 6.0.0)";

    [AssemblyCleanup]
    public static void DeleteFeed() => PackageFeed.Existing?.Dispose();

    [TestMethod]
    [DataRow(Gguf)]
    [DataRow(Transforms, MicrosoftML, Gguf)]
    [DataRow(Trainers, MicrosoftML, Transforms)]
    public void Dependencies_OfOurs_AreExactAndOthersCapped(string id, params string[] expected)
    {
        using var package = new Package(id);
        var ranges = expected.Select(name => name == MicrosoftML ? name : $"{name} [{PackageFeed.Current.Version}]");
        Assert.AreEqual(string.Join('\n', ranges), string.Join('\n', package.Dependencies));
    }

    [TestMethod]
    [DataRow(Gguf, "licenses/llama.cpp.LICENSE.txt", "licenses/llamafile.LICENSE.txt", "licenses/node-llama-cpp.LICENSE.txt")]
    [DataRow(Transforms)]
    [DataRow(Trainers)]
    public void Files_BesidesNatives_AreTheAssemblyAndWhatTellsOfIt(string id, params string[] licences)
    {
        using var package = new Package(id);
        string[] expected = ["LICENSE", "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", .. licences];
        Assert.AreEqual(
            string.Join('\n', expected),
            string.Join('\n', package.Files.Where(name => !name.StartsWith("runtimes/", StringComparison.Ordinal))),
            "Neither Microsoft.ML nor a copy of it for the compiler belongs into a package.");
    }

    [TestMethod]
    [DataRow(Gguf)]
    [DataRow(Transforms)]
    [DataRow(Trainers)]
    public void Metadata_WhatASourceShows_IsThereAndTrue(string id)
    {
        using var package = new Package(id);
        Assert.AreEqual("MIT", package.Metadata("license"));
        Assert.AreEqual("README.md", package.Metadata("readme"));
        Assert.AreEqual("icon.png", package.Metadata("icon"));
        StringAssert.Contains(package.Metadata("tags"), "gguf");
        StringAssert.Contains(package.Metadata("releaseNotes"), "preview");
        var shown = $"{package.Metadata("description")} {package.Metadata("tags")} {Text(package, "README.md")}";
        var missing = NotYet().Match(File.ReadAllText(RepositoryFolder.PathOf("README.md"))).Groups["features"].Value;
        foreach (var feature in missing.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
            Assert.DoesNotContain(Stem(feature), shown, StringComparison.OrdinalIgnoreCase, $"There is no {feature} yet.");
    }

    [TestMethod]
    [DataRow(Gguf)]
    [DataRow(Transforms)]
    [DataRow(Trainers)]
    public void Readme_OnAPackageSource_LinksToNoFileOfOurs(string id)
    {
        using var package = new Package(id);
        var text = Text(package, "README.md");
        StringAssert.StartsWith(text, $"# {id}\n");
        StringAssert.Contains(text, "```csharp", "It shows how to use the package.");
        Assert.IsEmpty(new MarkdownPage(text).Links.Where(link => !link.StartsWith("https://", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(Gguf)]
    [DataRow(Transforms)]
    [DataRow(Trainers)]
    public void Icon_EveryPackage_IsAPictureOf128Pixels(string id)
    {
        using var package = new Package(id);
        var icon = package.Read("icon.png");
        CollectionAssert.AreEqual(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, icon[..8], "Not a PNG.");
        Assert.AreEqual(128, BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)));
        Assert.AreEqual(128, BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)));
    }

    private static string Text(Package package, string name) => Encoding.UTF8.GetString(package.Read(name)).ReplaceLineEndings("\n");

    // "distillation" and "distil", "pruning" and "pruned".
    private static string Stem(string word) =>
        word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3] : word[..Math.Min(word.Length, 6)];

    [GeneratedRegex(@"\*\*Not yet\*\*: (?<features>[^.]*)")]
    private static partial Regex NotYet();
}
