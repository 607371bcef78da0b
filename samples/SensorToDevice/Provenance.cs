using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using TinyLlm.Gguf;
using TinyLlm.Trainers;

namespace SensorToDevice;

/// <summary>Which file this is, and what it was made on and with.</summary>
internal static class Provenance
{
    public static ReportSection Of(string path)
    {
        using var file = File.OpenRead(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return new ReportSection(
            "File, machine and versions",
            [
                ("file", string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}, {file.Length:N0} bytes")),
                ("SHA-256", hash),
                ("processor", $"{Processor()}, {Environment.ProcessorCount} logical"),
                ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
                ("versions", $"TinyLlm {Version(typeof(LanguageModel))}, Microsoft.ML {Version(typeof(MLContext))}, "
                    + RuntimeInformation.FrameworkDescription),
            ]);
    }

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static string Processor()
    {
        const string List = "/proc/cpuinfo";
        var name = File.Exists(List)
            ? File.ReadLines(List).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? $"{RuntimeInformation.ProcessArchitecture}";
    }
}
