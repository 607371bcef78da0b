using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TinyLlm.Gguf;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Benchmarks;

/// <summary>
/// Encodes and decodes a matrix in every type that has a codec in C#, beside ggml's reference code in the library that ships; one thread.
/// </summary>
internal static unsafe class Codecs
{
    private const int Rows = 4096;
    private const int Columns = 1024;
    private const int Repeats = 9;

    public static void Run()
    {
        var library = NativeLibrary.Load(NativeLibraryLocator.ForThisProcess().FindLibrary("ggml-base"));
        var chunk = (delegate* unmanaged[Cdecl]<int, float*, void*, long, long, long, float*, nuint>)
            NativeLibrary.GetExport(library, "ggml_quantize_chunk");
        var random = new Random(1);
        var values = new float[Rows * Columns];
        foreach (ref var value in values.AsSpan())
            value = (float)(random.NextDouble() - 0.5);
        var decoded = new float[values.Length];
        Console.WriteLine(
            $"{values.Length * sizeof(float) / 1e6:F1} MB of 32-bit numbers, median of {Repeats}, GB/s of those numbers: C# / ggml");
        foreach (var type in Enum.GetValues<GgufTensorType>().Where(TensorCodec.CanDequantize).Where(type => type != GgufTensorType.F32))
        {
            var bytes = new byte[type.ByteCount(values.Length)];
            var decode = *(delegate* unmanaged[Cdecl]<byte*, float*, long, void>*)(LlamaNative.TypeTraits((int)type) + 40);
            fixed (float* source = values, target = decoded)
            fixed (byte* buffer = bytes)
            {
                var (s, t, b) = ((nint)source, (nint)target, (nint)buffer); // pointers cannot be captured
                var theirEncoder = Rate(() => chunk((int)type, (float*)s, (void*)b, 0, Rows, Columns, null));
                var ourEncoder = TensorCodec.CanQuantize(type) ? Rate(() => TensorCodec.Quantize(type, values, Columns)) : (double?)null;
                var ourDecoder = Rate(() => TensorCodec.Dequantize(type, bytes, decoded));
                var theirDecoder = Rate(() => decode((byte*)b, (float*)t, decoded.Length));
                Print($"{type,-5} encode {ourEncoder,6:F2} / {theirEncoder,5:F2}   decode {ourDecoder,6:F2} / {theirDecoder,5:F2}");
            }
        }

        double Rate(Action work)
        {
            work();
            var seconds = new double[Repeats];
            for (var i = 0; i < Repeats; i++)
            {
                var clock = Stopwatch.StartNew();
                work();
                seconds[i] = clock.Elapsed.TotalSeconds;
            }

            Array.Sort(seconds);
            return values.Length * sizeof(float) / seconds[Repeats / 2] / 1e9;
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
