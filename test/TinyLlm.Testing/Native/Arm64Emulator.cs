namespace TinyLlm.Testing;

/// <summary>Runs programs for ARM64 on a machine with another processor, by qemu.</summary>
internal static class Arm64Emulator
{
    /// <summary>Debian's packages of it, and of what programs in C and .NET need beside it.</summary>
    private const string Packages = "qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstdc++6-arm64-cross";

    private const string SystemRoot = "/usr/aarch64-linux-gnu";

    private static readonly string? Emulator = OtherProcess.Find("qemu-aarch64-static") ?? OtherProcess.Find("qemu-aarch64");

    /// <summary>Skips the test, with the reason, where something is not installed.</summary>
    /// <param name="compiler">A compiler that the test needs, too.</param>
    public static void Require(string? compiler = null)
    {
        var isInstalled = Emulator is not null && File.Exists($"{SystemRoot}/lib/libstdc++.so.6")
            && (compiler is null || (OtherProcess.Find(compiler) is not null && File.Exists($"{SystemRoot}/include/stdio.h")));
        if (!isInstalled)
            Assert.Inconclusive($"ARM64 is not run here: it takes an emulator and libraries, which Debian has in the packages {Packages}.");
    }

    /// <summary>Returns the beginning of a command that runs a program on a processor, such as <c>cortex-a76</c>.</summary>
    public static string[] On(string processor) => [Emulator!, "-cpu", processor, "-L", SystemRoot];

    /// <summary>Runs a published .NET program, and returns what it wrote.</summary>
    public static string Run(string processor, string program, params string[] arguments) =>
        // There is no ICU for ARM64 on a machine of another kind.
        OtherProcess.Run([.. On(processor), program, .. arguments], ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));
}
