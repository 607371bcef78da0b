using System.IO.Compression;
using System.Xml.Linq;

namespace TinyLlm.Packages.Tests;

/// <summary>A package as it lies in the feed: its manifest and its files.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly XElement _metadata;

    public Package(string id)
    {
        Id = id;
        _archive = PackageFeed.Current.Open(id);
        using var manifest = _archive.GetEntry($"{id}.nuspec")!.Open();
        _metadata = XDocument.Load(manifest).Root!.Elements().Single();
    }

    public string Id { get; }

    /// <summary>Gets the names of the files that the package was made for, in order.</summary>
    public string[] Files =>
        [.. _archive.Entries.Select(entry => entry.FullName).Where(name => !IsWrapping(name)).Order(StringComparer.Ordinal)];

    /// <summary>Gets the packages that it needs, each with its range of versions.</summary>
    public string[] Dependencies => [.. _metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
        .Select(element => $"{element.Attribute("id")!.Value} {element.Attribute("version")!.Value}").Order(StringComparer.Ordinal)];

    /// <summary>Gets a text of the manifest, or nothing where it has none of this name.</summary>
    public string Metadata(string name) => _metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value ?? "";

    /// <summary>Reads a file.</summary>
    public byte[] Read(string name)
    {
        using var stream = _archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _archive.Dispose();

    // What every package has for the sake of its format.
    private bool IsWrapping(string name) => name == "[Content_Types].xml" || name == $"{Id}.nuspec"
        || name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal);
}
