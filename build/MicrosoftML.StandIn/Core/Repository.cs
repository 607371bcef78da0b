namespace Microsoft.ML;

/// <summary>What reading and writing a model file have in common.</summary>
internal static class Repository
{
    private const long LargestInMemory = 16 << 20;

    public static string PathOf(string directory, string name) => string.IsNullOrEmpty(directory) ? name : $"{directory}/{name}";

    /// <summary>Makes a stream for <paramref name="length"/> bytes: in memory, or in a file that goes when it is closed.</summary>
    public static Stream CreateBuffer(long length) =>
        length <= LargestInMemory
            ? new MemoryStream((int)length)
            : new FileStream(
                Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
}
