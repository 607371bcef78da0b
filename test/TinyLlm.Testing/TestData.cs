namespace TinyLlm.Testing;

/// <summary>Finds the public data sets that some tests read and the repository does not hold.</summary>
internal static class TestData
{
    /// <summary>Gets the full path of a data file or folder; where it is missing the test is skipped and says why.</summary>
    public static string Require(string name)
    {
        var (path, reason) = Find(name, Environment.GetEnvironmentVariable("TINYLLM_DATA"), RepositoryFolder.PathOf("../shared/data"));
        if (path is null)
            Assert.Inconclusive(reason);
        return path!;
    }

    internal static (string? Path, string Reason) Find(string name, string? named, string beside)
    {
        string?[] folders = [string.IsNullOrEmpty(named) ? null : named, beside];
        var path = folders.OfType<string>().Select(folder => Path.GetFullPath(Path.Combine(folder, name))).FirstOrDefault(Path.Exists);
        return (path, path is not null ? "" : $"""
            This test needs the data '{name}', which is neither in the folder of TINYLLM_DATA ({named ?? "not set"}) nor in {beside}.
            """);
    }
}
