using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>How native libraries are called on a platform, and the platform's portable runtime identifier.</summary>
/// <param name="RuntimeIdentifier">For example <c>linux-arm64</c>.</param>
/// <param name="Prefix">What file names begin with: <c>lib</c> or nothing.</param>
/// <param name="Extension">What file names end with: <c>.so</c>, <c>.dylib</c> or <c>.dll</c>.</param>
internal sealed record NativePlatform(string RuntimeIdentifier, string Prefix, string Extension)
{
    /// <summary>Gets the runtime identifiers that prebuilt libraries exist for.</summary>
    public static IReadOnlyList<string> Prebuilt { get; } = ["linux-x64", "linux-arm64", "win-x64", "win-arm64", "osx-arm64"];

    /// <summary>Gets the platform of the running process.</summary>
    public static NativePlatform Current { get; } = FromRuntime();

    /// <summary>Returns a library's file name without a version: <c>libllama.so</c>.</summary>
    public string FileName(string name) => Prefix + name + Extension;

    /// <summary>Tells whether a file is the library of this name, with or without a version: <c>libllama.v0.4.0.so</c>.</summary>
    public bool IsLibrary(string fileName, string name)
        => fileName.StartsWith($"{Prefix}{name}.", StringComparison.OrdinalIgnoreCase)
        && fileName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    private static NativePlatform FromRuntime()
    {
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return OperatingSystem.IsWindows() ? new($"win-{architecture}", "", ".dll")
            : OperatingSystem.IsMacOS() ? new($"osx-{architecture}", "lib", ".dylib")
            : OperatingSystem.IsLinux() ? new($"linux-{architecture}", "lib", ".so")
            : new(RuntimeInformation.RuntimeIdentifier, "lib", ".so");
    }
}
