using System.Globalization;
using System.Runtime.InteropServices;
using TinyLlm.Gguf;

namespace TinyLlm.Parity.Tests;

/// <summary>What a process of TinyLlm.TrainSteps came to: the registers it had, the losses of its networks, and their weights.</summary>
internal sealed class TrainSteps
{
    private readonly ILookup<string, string> _lines;

    private TrainSteps(string said, Dictionary<string, byte[]> files)
    {
        _lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(line => line.Split(' ')[0], line => line[(line.IndexOf(' ') + 1)..]);
        Files = files;
    }

    /// <summary>Gets the trained weights: a GGUF file for each network.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>Gets the kind of processor.</summary>
    public string Processor => _lines["processor"].Single();

    /// <summary>Gets the bits of the widest vectors that the runtime has instructions for; 0 where it has none.</summary>
    public int HardwareBits => int.Parse(_lines["hardware"].Single(), CultureInfo.InvariantCulture);

    /// <summary>Gets the bits of the registers that kernels are written for.</summary>
    public int RegisterBits => int.Parse(_lines["registers"].Single(), CultureInfo.InvariantCulture);

    /// <summary>Runs the program that was built beside the tests.</summary>
    /// <param name="workers">The threads.</param>
    /// <param name="off">The variable that switches instructions off, such as <c>DOTNET_EnableAVX2</c>; null for none.</param>
    /// <param name="bits">The registers to use; null for the widest.</param>
    public static TrainSteps Here(int workers, string? off = null, int? bits = null) => Run(
        arguments => OtherProcess.Run(
            ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "TinyLlm.TrainSteps.dll"), .. arguments],
            off is null ? [] : [(off, "0")]),
        workers,
        bits);

    /// <summary>Publishes the program for ARM64, and runs it in the emulator.</summary>
    public static TrainSteps OnArm64(int workers)
    {
        var program = PublishedProgram.Publish(
            "test/TinyLlm.TrainSteps", "linux-arm64", PublishedProgram.KeptFolder("TrainSteps-arm64"), "--self-contained");
        return Run(
            arguments => Arm64Emulator.Run("cortex-a76", program.PathOf("TinyLlm.TrainSteps"), arguments), workers, bits: null);
    }

    /// <summary>Returns the losses of a network, in nats per token, one for each step.</summary>
    public double[] Losses(string network) =>
        [.. _lines[network].Single().Split(' ').Select(loss => double.Parse(loss, CultureInfo.InvariantCulture))];

    /// <summary>Returns a network's trained numbers that training decides.</summary>
    /// <remarks>
    /// Left out are the biases of keys: one for all keys moves all scores of a query alike, so its gradient is zero but for rounding, which
    /// AdamW makes steps of.
    /// </remarks>
    public Dictionary<string, float[]> Weights(string network)
    {
        using var file = GgufFile.Open(Files[network]);
        return file.Tensors.ToDictionary(tensor => tensor.Name, tensor =>
        {
            var values = MemoryMarshal.Cast<byte, float>(file.GetData(tensor).Span);
            return tensor.Name.EndsWith("attn_qkv.bias", StringComparison.Ordinal)
                ? [.. values[..Queries], .. values[(Queries + Keys)..]]
                : values.ToArray();
        });
    }

    // The program's networks: 4 heads and 2 key/value heads of 6.
    private const int Queries = 24;
    private const int Keys = 12;

    private static TrainSteps Run(Func<string[], string> start, int workers, int? bits)
    {
        using var folder = new TemporaryFolder();
        string[] arguments = [workers.ToString(CultureInfo.InvariantCulture), folder.Root];
        var said = start(bits is { } width ? [.. arguments, width.ToString(CultureInfo.InvariantCulture)] : arguments);
        var files = Directory.GetFiles(folder.Root);
        return new TrainSteps(said, files.ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllBytes));
    }
}
