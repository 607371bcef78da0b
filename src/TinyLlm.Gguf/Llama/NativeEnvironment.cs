using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>Sets variables where native code sees them: the runtime keeps those of managed code apart.</summary>
internal static partial class NativeEnvironment
{
    public static void Set(string name, string value)
    {
        if (OperatingSystem.IsWindows())
            _ = SetInWindows(name, value);
        else
            _ = SetInUnix(name, value, 1);
    }

    /// <summary>Returns what native code sees; null where it sees none. Not for Windows.</summary>
    public static string? Get(string name) => Marshal.PtrToStringUTF8(GetInUnix(name));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInUnix(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetInUnix(string name);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetInWindows(string name, string value);
}
