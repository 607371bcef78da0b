using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// Starts llama.cpp once in a process: finds the libraries, checks that they are the release we are made for, loads the best CPU backend.
/// </summary>
internal static unsafe class LlamaRuntime
{
    /// <summary>The release that the structures here describe, as <c>llama_version</c> begins.</summary>
    private const string Release = "0.4.";

    private static readonly Lazy<string> Started = new(Start, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Starts it if need be, and returns its version.</summary>
    /// <exception cref="DllNotFoundException">The libraries are missing.</exception>
    /// <exception cref="NotSupportedException">They are of another release, or have no backend for this processor.</exception>
    public static string EnsureStarted() => Started.Value;

    private static string Start()
    {
        // Without it, a failed assertion in native code would start a debugger before it ends the process.
        NativeEnvironment.Set("GGML_NO_BACKTRACE", "1");
        LlamaNative.Resolve();
        var folder = NativeLibraryLocator.ForThisProcess().FindFolder();
        LlamaNative.LogSet(&LlamaLog.OnMessage, null);
        var version = Marshal.PtrToStringUTF8((nint)LlamaNative.Version()) ?? "";
        if (!version.StartsWith(Release, StringComparison.Ordinal) || !HasExpectedDefaults())
        {
            throw new NotSupportedException(
                $"The llama.cpp in {folder} is version '{version}', and this library is made for {Release}x. "
                + $"Remove it, or set {NativeLibraryLocator.FolderVariable} to a folder with the right one.");
        }

        LlamaNative.BackendLoadAllFromPath(folder);
        if (LlamaNative.BackendCount() == 0)
            throw new NotSupportedException(
                $"None of the CPU backends in {folder} runs on this processor ({RuntimeInformation.ProcessArchitecture}).");
        LlamaNative.BackendInit();
        return version;
    }

    // The defaults of the release, read through our structures: another layout gives other numbers.
    private static bool HasExpectedDefaults()
    {
        var (model, context, quantize) =
            (LlamaNative.ModelDefaultParameters(), LlamaNative.ContextDefaultParameters(), LlamaNative.QuantizeDefaultParameters());
        return (model.GpuLayers, model.SplitMode, model.LoadMode, model.UseExtraBuffers) == (-1, 1, -1, 1)
            && (context.ContextLength, context.BatchSize, context.MicroBatchSize, context.MaximumSequences, context.FlashAttention)
                == (512, 2048, 512, 1, -1)
            && (context.KeyType, context.ValueType, context.OffloadKeysAndValues, context.NoPerformance, context.FullSlidingWindow)
                == (1, 1, 1, 1, 1)
            && (quantize.FileType, quantize.OutputTensorType, quantize.QuantizeOutput) == (7, 43, 1);
    }
}
