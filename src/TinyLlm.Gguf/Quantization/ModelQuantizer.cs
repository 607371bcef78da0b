using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Quantizes whole models with llama.cpp's own quantizer.</summary>
public static partial class ModelQuantizer
{
    private const float LargestHalf = 65504;

    /// <summary>Writes a quantized model; the file appears when it is complete.</summary>
    /// <param name="source">A GGUF file, not quantized unless the options allow it.</param>
    /// <param name="destination">The file to write.</param>
    /// <param name="options">The quantization.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <param name="cancellationToken">Is obeyed before llama.cpp begins and after it ends, which is seconds for the sizes
    /// that this library is for.</param>
    /// <returns>Every tensor's types and error.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="GgufFormatException">The source is not a GGUF file, or no model that can be run safely.</exception>
    /// <exception cref="InvalidOperationException">llama.cpp refuses; the message is its own.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is written.</exception>
    public static QuantizationReport Quantize(
        string source, string destination, QuantizationOptions options, IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        LlamaRuntime.EnsureStarted();
        using var before = GgufFile.Open(source);
        _ = NativeModelCheck.Check(before);
        cancellationToken.ThrowIfCancellationRequested();
        QuantizationReport? report = null;
        AtomicFile.Replace(destination, temporary =>
        {
            Run(source, temporary, options, progress);
            cancellationToken.ThrowIfCancellationRequested();
            using var after = GgufFile.Open(temporary);
            report = Compare(before, after, options);
        });
        return report!;
    }

    private static unsafe void Run(
        string source, string destination, QuantizationOptions options, IProgress<QuantizationProgress>? progress)
    {
        using var memory = new NativeList();
        var parameters = LlamaNative.QuantizeDefaultParameters();
        parameters.FileType = (int)options.Type;
        parameters.Threads = options.Threads ?? Environment.ProcessorCount;
        parameters.Pure = (byte)(options.Pure ? 1 : 0);
        parameters.AllowRequantize = (byte)(options.AllowRequantize ? 1 : 0);
        if (options.OutputType is { } output)
            parameters.OutputTensorType = (int)output;
        if (options.TokenEmbeddingType is { } embedding)
            parameters.TokenEmbeddingType = (int)embedding;
        if (!options.Overrides.IsEmpty)
            parameters.TensorOverrides = memory.Overrides(options.Overrides);
        if (options.ImportanceMatrix is { } importance)
            parameters.ImportanceMatrix = memory.Importance(importance);

        uint code;
        ExceptionDispatchInfo? failure = null;
        LlamaLog.ForgetErrors();
        using (LlamaLog.Listen(Report))
            code = LlamaNative.ModelQuantize(source, destination, &parameters);
        failure?.Throw();
        if (code != 0)
            throw new InvalidOperationException(
                $"llama.cpp could not quantize '{source}' to {options.Type}: {Beyond(source) ?? LlamaLog.LastError ?? $"code {code}"}");

        // What the caller's handler throws must not pass through native code; it is thrown behind it.
        void Report(string message)
        {
            if (failure is not null || TensorNumber().Match(message) is not { Success: true } match)
                return;
            try
            {
                progress?.Report(new QuantizationProgress(Number(match.Groups[1]), Number(match.Groups[2])));
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    // llama.cpp does not say which tensor it could not quantize.
    private static string? Beyond(string source)
    {
        using var file = GgufFile.Open(source);
        return file.Tensors.Where(tensor => TensorCodec.CanDequantize(tensor.Type)).Select(tensor => Beyond(file, tensor))
            .FirstOrDefault(problem => problem is not null);
    }

    private static string? Beyond(GgufFile file, GgufTensorInfo tensor)
    {
        var values = Decode(file, tensor);
        if (FiniteWeights.IndexOf(values) is >= 0 and var at)
            return $"'{tensor.Name}' holds a value that is not finite, at {at:N0}";
        var largest = values.Max(Math.Abs);
        return largest <= LargestHalf ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"'{tensor.Name}' holds {largest:R}, and 16 bits end at {LargestHalf:R}: keep it in F32 or BF16 by Overrides");
    }

    private static QuantizationReport Compare(GgufFile before, GgufFile after, QuantizationOptions options)
    {
        var isTied = before.FindTensor(TensorLayout.Output) is null;
        return new QuantizationReport(before.Length, after.Length, [.. after.Tensors.Select(given =>
        {
            var source = before.FindTensor(given.Name)
                ?? throw new InvalidOperationException($"llama.cpp wrote the tensor '{given.Name}', which the source lacks.");
            if (given.Type != source.Type && FiniteWeights.IndexOf(Decode(after, given)) >= 0)
                throw new InvalidOperationException(
                    $"'{given.Name}' cannot be quantized to {given.Type}: {Beyond(before, source) ?? "it would not be finite"}.");
            var error = given.Type == source.Type ? 0 : RelativeError(Decode(before, source), Decode(after, given));
            return new TensorQuantization(given.Name, source.Type, options.Asked(source, isTied), given.Type, error);
        })]);
    }

    private static double RelativeError(float[] before, float[] after)
    {
        var (squares, reference) = (0d, 0d);
        for (var i = 0; i < before.Length; i++)
        {
            var difference = (double)after[i] - before[i];
            squares += difference * difference;
            reference += (double)before[i] * before[i];
        }

        return reference > 0 ? Math.Sqrt(squares / reference) : Math.Sqrt(squares);
    }

    // llama.cpp decodes every type that it writes.
    private static unsafe float[] Decode(GgufFile file, GgufTensorInfo tensor)
    {
        var values = new float[tensor.ElementCount];
        var data = file.GetData(tensor);
        if (TensorCodec.CanDequantize(tensor.Type))
        {
            TensorCodec.Dequantize(tensor.Type, data.Span, values);
            return values;
        }

        var decode = *(delegate* unmanaged[Cdecl]<byte*, float*, long, void>*)(LlamaNative.TypeTraits((int)tensor.Type) + 40);
        if (decode is null)
            throw new NotSupportedException($"llama.cpp has no decoder for {tensor.Type}.");
        fixed (byte* source = data.Span)
        fixed (float* destination = values)
            decode(source, destination, values.Length);
        return values;
    }

    [GeneratedRegex(@"^\[\s*(\d+)/\s*(\d+)\]")]
    private static partial Regex TensorNumber();

    /// <summary>Lists in the form of llama.cpp, which end with an empty element; freed together.</summary>
    private sealed unsafe class NativeList : IDisposable
    {
        private readonly List<nint> _blocks = [];

        // struct llama_model_tensor_override: pattern @0, type @8; 16 bytes.
        public void* Overrides(ImmutableArray<(string Pattern, GgufTensorType Type)> overrides)
        {
            var list = (nint*)Allocate((overrides.Length + 1) * 16);
            for (var i = 0; i < overrides.Length; i++)
            {
                list[2 * i] = Text(overrides[i].Pattern);
                *(int*)&list[(2 * i) + 1] = (int)overrides[i].Type;
            }

            return list;
        }

        // struct llama_model_imatrix_data: name @0, data @8, size @16; 24 bytes.
        public void* Importance(ImportanceMatrix importance)
        {
            var list = (nint*)Allocate((importance.Columns.Count + 1) * 24);
            var i = 0;
            foreach (var (name, columns) in importance.Columns)
            {
                var data = (float*)Allocate(columns.Length * sizeof(float));
                columns.CopyTo(new Span<float>(data, columns.Length));
                (list[i], list[i + 1], list[i + 2]) = (Text(name), (nint)data, columns.Length);
                i += 3;
            }

            return list;
        }

        public void Dispose() => _blocks.ForEach(block => NativeMemory.Free((void*)block));

        private nint Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var block = (byte*)Allocate(bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(block, bytes.Length));
            return (nint)block;
        }

        private void* Allocate(int bytes)
        {
            var block = NativeMemory.AllocZeroed((nuint)bytes);
            _blocks.Add((nint)block);
            return block;
        }
    }
}
