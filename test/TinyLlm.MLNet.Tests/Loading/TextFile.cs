using System.Text;

namespace TinyLlm.MLNet.Tests.Loading;

/// <summary>A text file that lives as long as a test.</summary>
internal sealed class TextFile : IDisposable
{
    public TextFile(string content, string name = "data.csv")
        : this(Encoding.UTF8.GetBytes(content), name)
    {
    }

    public TextFile(byte[] content, string name = "data.csv")
    {
        Folder = Directory.CreateTempSubdirectory("tinyllm-").FullName;
        FullName = Add(name, content);
    }

    public string Folder { get; }

    public string FullName { get; }

    public string Add(string name, string content) => Add(name, Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Add(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
