using Microsoft.Win32.SafeHandles;

namespace TinyLlm.Gguf;

/// <summary>By what a file on disk is known again without reading it: its length and when it was written.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    public static FileStamp Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));

    /// <summary>Returns the stamp of what stands at a path; of nothing where nothing does.</summary>
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : default;
    }
}
