namespace TinyLlm.Benchmarks;

/// <summary>Reads a file through a small buffer: the roof over every loader's throughput on this machine.</summary>
internal static class ReadFile
{
    public static void Run(string[] arguments)
    {
        if (arguments is not [var path])
            throw new ArgumentException("read-file takes one argument, the path of the file to read.");

        var buffer = new byte[1 << 20];
        Throughput.Measure("read-file", new FileInfo(path).Length, () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            while (file.Read(buffer) > 0)
                continue;
        });
    }
}
