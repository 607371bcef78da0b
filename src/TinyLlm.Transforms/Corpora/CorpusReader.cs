using System.Text;

namespace TinyLlm.Transforms;

/// <summary>Reads documents from UTF-8 text files, one after the other; only one document is in memory at a time.</summary>
public static class CorpusReader
{
    /// <summary>Reads the files of a folder and its folders in the order of their names, which no file system changes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which files, such as <c>*.txt</c>, the default.</param>
    /// <param name="boundary">Where documents end. Default: with the file.</param>
    /// <param name="separator">The line between documents where <paramref name="boundary"/> says so. Default
    /// <c>&lt;|endoftext|&gt;</c>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">No file of the folder fits the pattern.</exception>
    public static IEnumerable<CorpusDocument> ReadFolder(
        string folder, string pattern = "*.txt", CorpusBoundary boundary = CorpusBoundary.File, string separator = "<|endoftext|>")
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = Directory.GetFiles(folder, pattern, SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files.Length > 0
            ? ReadFiles(files, boundary, separator)
            : throw new FileNotFoundException($"'{folder}' holds no file '{pattern}'; check the pattern.", Path.Combine(folder, pattern));
    }

    /// <summary>Reads files in the order given.</summary>
    /// <inheritdoc cref="ReadFolder"/>
    public static IEnumerable<CorpusDocument> ReadFiles(
        IEnumerable<string> paths, CorpusBoundary boundary = CorpusBoundary.File, string separator = "<|endoftext|>")
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentException.ThrowIfNullOrEmpty(separator);
        return paths.SelectMany(path => boundary switch
        {
            CorpusBoundary.File => [new CorpusDocument(Path.GetFileName(path), File.ReadAllText(path))],
            CorpusBoundary.Line => Number(path, File.ReadLines(path).Where(line => line.Length > 0)),
            CorpusBoundary.Separator => Number(path, Separated(path, separator)),
            _ => throw new ArgumentOutOfRangeException(nameof(boundary), boundary, "File, Line or Separator is expected."),
        });
    }

    private static IEnumerable<CorpusDocument> Number(string path, IEnumerable<string> texts) =>
        texts.Select((text, i) => new CorpusDocument($"{Path.GetFileName(path)}#{i + 1}", text));

    private static IEnumerable<string> Separated(string path, string separator)
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(path))
        {
            if (line != separator)
            {
                text.Append(line).Append('\n');
                continue;
            }

            if (text.Length > 0)
                yield return text.ToString();
            text.Clear();
        }

        if (text.Length > 0)
            yield return text.ToString();
    }
}
