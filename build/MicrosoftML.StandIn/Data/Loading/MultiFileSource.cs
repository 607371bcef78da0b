namespace Microsoft.ML.Data;

/// <summary>Files that are read one after the other. A path may hold wildcards, end in <c>/...</c> for whole trees, and join several by <c>+</c>.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    /// <exception cref="FileNotFoundException">A path names no file.</exception>
    public MultiFileSource(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _paths = [.. paths.SelectMany(Expand)];
    }

    public int Count => _paths.Length;

    public string GetPathOrNull(int index) => _paths[index];

    public Stream Open(int index) => new FileStream(_paths[index], FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    private static IEnumerable<string> Expand(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        // A plus sign joins paths unless it is part of a name that exists.
        return File.Exists(path) || !path.Contains('+') ? ExpandOne(path) : path.Split('+', StringSplitOptions.RemoveEmptyEntries).SelectMany(ExpandOne);
    }

    private static string[] ExpandOne(string path)
    {
        if (File.Exists(path))
            return [path];
        if (Directory.Exists(path))
            throw new FileNotFoundException($"'{path}' is a folder: name a file, or the files in it as '{Path.Combine(path, "*")}'.", path);
        var isTree = path.EndsWith("...", StringComparison.Ordinal);
        var folder = Path.GetDirectoryName(path);
        var pattern = isTree ? "*" : Path.GetFileName(path);
        folder = string.IsNullOrEmpty(folder) ? "." : folder;
        if ((isTree || pattern.AsSpan().ContainsAny('*', '?')) && Directory.Exists(folder))
        {
            var files = Directory.GetFiles(folder, pattern, isTree ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly);
            Array.Sort(files, StringComparer.Ordinal);
            if (files.Length > 0)
                return files;
        }

        throw new FileNotFoundException($"File or folder '{path}' does not exist.", path);
    }
}
