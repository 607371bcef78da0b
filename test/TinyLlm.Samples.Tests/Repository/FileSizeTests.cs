namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed class FileSizeTests
{
    private static IEnumerable<(string File, int Lines)> Code =>
        RepositoryFiles.WithExtension(".cs").Select(file => (file, File.ReadLines(RepositoryFolder.PathOf(file)).Count()));

    [TestMethod]
    public void Code_EveryFile_HasAtMost400Lines() => RepositoryFiles.AssertNone(
        Code.Where(code => code.Lines > 400).Select(code => $"{code.File}: {code.Lines} lines"), "A file over 400 lines holds two ideas.");

    [TestMethod]
    public void Code_MedianFile_HasAtMost80Lines()
    {
        var lines = Code.Select(code => code.Lines).Order().ToArray();
        Assert.IsLessThanOrEqualTo(80, lines[lines.Length / 2]);
    }

    [TestMethod]
    public void All_EveryFileOutsideSampleData_HasAtMost1MiB() => RepositoryFiles.AssertNone(
        from file in RepositoryFiles.All
        where !file.StartsWith("samples/data/", StringComparison.Ordinal)
        let bytes = new FileInfo(RepositoryFolder.PathOf(file)).Length
        where bytes > 1 << 20
        select $"{file}: {bytes} bytes",
        "Data belongs under samples/data, and what is downloaded or built under artifacts.");
}
