using System.Buffers.Binary;

namespace TinyLlm.Packages.Tests;

/// <summary>llama.cpp's libraries in the package of TinyLlm.Gguf, for every platform that it promises.</summary>
[TestClass]
public sealed class NativeFilesTests
{
    private static readonly string[] Platforms = ["linux-arm64", "linux-x64", "osx-arm64", "win-arm64", "win-x64"];

    [TestMethod]
    public void Natives_Gguf_AreThoseOfFivePlatforms()
    {
        using var package = new Package("TinyLlm.Gguf");
        CollectionAssert.AreEqual(Platforms, Natives(package).Select(file => file.Split('/')[1]).Distinct().ToArray());
    }

    [TestMethod]
    [DataRow("linux-x64", "lib", ".so")]
    [DataRow("linux-arm64", "lib", ".so")]
    [DataRow("osx-arm64", "lib", ".dylib")]
    [DataRow("win-x64", "", ".dll")]
    [DataRow("win-arm64", "", ".dll")]
    public void Natives_EachPlatform_AreACompleteSetForItsProcessor(string platform, string prefix, string extension)
    {
        using var package = new Package("TinyLlm.Gguf");
        var files = Natives(package).Where(file => file.StartsWith($"runtimes/{platform}/native/", StringComparison.Ordinal)).ToArray();
        var names = files.Select(file => Path.GetFileName(file)).ToArray();
        foreach (var library in new[] { "llama", "ggml", "ggml-base" })
            Assert.HasCount(1, names.Where(name => name.StartsWith($"{prefix}{library}.") && name.EndsWith(extension)), library);
        Assert.Contains(name => name.StartsWith($"{prefix}ggml-cpu", StringComparison.Ordinal), names);
        foreach (var file in files)
            Assert.AreEqual(platform, PlatformOf(package.Read(file)), file);
    }

    // From the headers of ELF, Mach-O and PE.
    internal static string PlatformOf(ReadOnlySpan<byte> library)
    {
        var magic = BinaryPrimitives.ReadUInt32BigEndian(library);
        var portable = library[0] == 'M' && library[1] == 'Z' ? BinaryPrimitives.ReadInt32LittleEndian(library[0x3C..]) : 0;
        return (magic, portable) switch
        {
            (0x7F454C46, _) => $"linux-{Processor(BinaryPrimitives.ReadUInt16LittleEndian(library[18..]), 62, 183)}",
            (0xCFFAEDFE, _) => $"osx-{Processor(BinaryPrimitives.ReadUInt32LittleEndian(library[4..]), 0x01000007, 0x0100000C)}",
            (_, > 0) => $"win-{Processor(BinaryPrimitives.ReadUInt16LittleEndian(library[(portable + 4)..]), 0x8664, 0xAA64)}",
            _ => $"{magic:X8}",
        };
    }

    private static string Processor(uint machine, uint x64, uint arm64) =>
        machine == x64 ? "x64" : machine == arm64 ? "arm64" : $"{machine:X}";

    private static string[] Natives(Package package) =>
        [.. package.Files.Where(name => name.StartsWith("runtimes/", StringComparison.Ordinal))];
}
