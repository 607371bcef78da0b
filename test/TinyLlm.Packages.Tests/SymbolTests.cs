using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TinyLlm.Packages.Tests;

/// <summary>The symbol packages, by which a debugger steps into our code.</summary>
[TestClass]
public sealed class SymbolTests
{
    // Portable PDB format, section "Embedded Source".
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [TestMethod]
    [DataRow("TinyLlm.Gguf")]
    [DataRow("TinyLlm.Transforms")]
    [DataRow("TinyLlm.Trainers")]
    public void Symbols_EveryPackage_BelongToTheAssemblyAndHoldItsSources(string id)
    {
        using var package = new Package(id);
        using var assembly = new PEReader(new MemoryStream(package.Read($"lib/net10.0/{id}.dll")));
        var expected = assembly.ReadCodeViewDebugDirectoryData(
            assembly.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;

        using var symbols = PackageFeed.Current.Open(id, ".snupkg");
        using var file = new MemoryStream();
        using (var stream = symbols.Entries.Single(entry => entry.FullName == $"lib/net10.0/{id}.pdb").Open())
            stream.CopyTo(file);
        file.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(file);
        var reader = provider.GetMetadataReader();
        Assert.AreEqual(expected, new BlobContentId(reader.DebugMetadataHeader!.Id).Guid, "They are of another build.");

        var withSource = reader.CustomDebugInformation.Select(handle => reader.GetCustomDebugInformation(handle))
            .Count(entry => reader.GetGuid(entry.Kind) == EmbeddedSource);
        Assert.IsGreaterThan(0, withSource);
        Assert.AreEqual(reader.Documents.Count, withSource, "No server has the sources, so the symbols hold each of them.");
    }
}
