namespace TinyLlm.Testing;

/// <summary>An empty folder of a test's own, deleted with all it holds; on Windows a file left open fails the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Gets the full path of the folder.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("tinyllm-").FullName;

    /// <summary>Gets the full path of a file in the folder; the file need not exist.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Deletes the folder.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }
}
