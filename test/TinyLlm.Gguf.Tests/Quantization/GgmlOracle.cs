using System.Runtime.InteropServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Quantization;

/// <summary>ggml's own quantizer, from the native library that ships.</summary>
internal static unsafe class GgmlOracle
{
    private static readonly nint Library = NativeLibrary.Load(NativeLibraryLocator.ForThisProcess().FindLibrary("ggml-base"));

    private static readonly delegate* unmanaged[Cdecl]<int, float*, void*, long, long, long, float*, nuint> Chunk =
        (delegate* unmanaged[Cdecl]<int, float*, void*, long, long, long, float*, nuint>)NativeLibrary.GetExport(
            Library, "ggml_quantize_chunk");

    private static readonly delegate* unmanaged[Cdecl]<int, byte*> Traits =
        (delegate* unmanaged[Cdecl]<int, byte*>)NativeLibrary.GetExport(Library, "ggml_get_type_traits");

    /// <summary>Returns the numbers that ggml's <c>to_float</c> makes of whole blocks.</summary>
    public static float[] Dequantize(GgufTensorType type, byte[] bytes, int count)
    {
        // struct ggml_type_traits: type_name @0, blck_size @8, blck_size_interleave @16, type_size @24, is_quantized @32, to_float @40.
        var toFloat = *(delegate* unmanaged[Cdecl]<byte*, float*, long, void>*)(Traits((int)type) + 40);
        var values = new float[count];
        fixed (byte* source = bytes)
        fixed (float* destination = values)
            toFloat(source, destination, count);
        return values;
    }

    /// <summary>Returns the bytes that <c>ggml_quantize_chunk</c> makes of whole rows.</summary>
    public static byte[] Quantize(GgufTensorType type, float[] values, int rowLength)
    {
        var bytes = new byte[type.ByteCount(values.Length)];
        fixed (float* source = values)
        fixed (byte* destination = bytes)
            Assert.AreEqual((nuint)bytes.Length, Chunk((int)type, source, destination, 0, values.Length / rowLength, rowLength, null));
        return bytes;
    }
}
