using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TinyLlm.Gguf;

/// <summary>Receives llama.cpp's messages, which are the process's and not one engine's.</summary>
public static class LlamaLog
{
    [ThreadStatic]
    private static string? _lastError;

    [ThreadStatic]
    private static Action<string>? _listener;

    /// <summary>Gets or sets who is told of each message. Default: nobody. It is called on any thread and must not throw.</summary>
    public static Action<LlamaLogLevel, string>? Handler { get; set; }

    /// <summary>Gets the last error that was reported on this thread since <see cref="ForgetErrors"/>.</summary>
    internal static string? LastError => _lastError;

    /// <summary>Hands the messages of this thread to <paramref name="listener"/>, too, until the result is disposed on it.</summary>
    internal static Listening Listen(Action<string> listener)
    {
        _listener = listener;
        return default;
    }

    internal static void ForgetErrors() => _lastError = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static unsafe void OnMessage(int level, byte* text, void* userData)
    {
        // An exception must not reach native code: the process would end.
        try
        {
            var message = Marshal.PtrToStringUTF8((nint)text)?.TrimEnd('\n') ?? "";
            if (level == (int)LlamaLogLevel.Error)
                _lastError = message;
            _listener?.Invoke(message);
            Handler?.Invoke((LlamaLogLevel)level, message);
        }
        catch (Exception e)
        {
            _lastError = $"the handler of {nameof(LlamaLog)} failed: {e.Message}";
        }
    }

    internal readonly ref struct Listening : IDisposable
    {
        public void Dispose() => _listener = null;
    }
}
