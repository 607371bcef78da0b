namespace TinyLlm.Samples.Tests.Repository;

/// <summary>
/// The files of the repository, named from its root with forward slashes, without what builds, editors and the main sample leave behind.
/// </summary>
internal static class RepositoryFiles
{
    private static readonly string[] LeftBehind =
        [".git", ".vs", ".vscode", ".idea", "artifacts", "bin", "obj", "node_modules", "sensor-to-device"];

    private static readonly string[] Binary = [".png", ".gguf", ".zip", ".dll"];

    public static IReadOnlyList<string> All { get; } = [.. Under(new DirectoryInfo(RepositoryFolder.Root)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> WithExtension(string extension) => All.Where(file => Path.GetExtension(file) == extension);

    /// <summary>Gets the places in the files that hold text where <paramref name="isFault"/> is true, as <c>file:line: text</c>.</summary>
    public static string[] Lines(IEnumerable<string> files, Func<string, bool> isFault) =>
        [.. from file in files
            where !Binary.Contains(Path.GetExtension(file))
            from line in File.ReadLines(RepositoryFolder.PathOf(file)).Index()
            where isFault(line.Item)
            select $"{file}:{line.Index + 1}: {line.Item.Trim()}"];

    /// <summary>Fails with one line per fault.</summary>
    public static void AssertNone(IEnumerable<string> faults, string expected)
    {
        var found = faults.ToArray();
        if (found.Length > 0)
            Assert.Fail($"{expected} Found {found.Length}:\n{string.Join('\n', found)}");
    }

    private static IEnumerable<string> Under(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .Where(entry => !LeftBehind.Contains(entry.Name))
        .SelectMany(entry => entry is DirectoryInfo inner ? Under(inner) : [Name(entry)]);

    private static string Name(FileSystemInfo file) => Path.GetRelativePath(RepositoryFolder.Root, file.FullName).Replace('\\', '/');
}
