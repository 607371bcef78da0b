using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>
/// How strongly each column of each matrix is used: the mean square of what it is multiplied with, over text of the user's own kind.
/// </summary>
public sealed class ImportanceMatrix
{
    private const int MostTokens = 8192; // of one text

    internal ImportanceMatrix(IReadOnlyDictionary<string, float[]> columns, int tokenCount) =>
        (Columns, TokenCount) = (columns.ToFrozenDictionary(StringComparer.Ordinal), tokenCount);

    /// <summary>Gets the mean squares by the matrix's name, one for each input.</summary>
    public IReadOnlyDictionary<string, float[]> Columns { get; }

    /// <summary>Gets the number of tokens that they were collected from.</summary>
    public int TokenCount { get; }

    /// <summary>Runs texts through a model and collects.</summary>
    /// <param name="path">The model's file, not quantized.</param>
    /// <param name="texts">Texts of the kind that the model will see; a few thousand tokens are enough. What is
    /// beyond the context, or beyond 8,192 tokens, is left out.</param>
    /// <param name="cancellationToken">Ends the collection between two texts.</param>
    /// <exception cref="ArgumentException">The texts have no tokens.</exception>
    /// <exception cref="InvalidOperationException">
    /// llama.cpp cannot load the model, or the model computes a number that is not finite.
    /// </exception>
    public static ImportanceMatrix Collect(string path, IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(texts);
        using var model = LlamaModel.Load(path, mapped: true);
        var collector = new Collector();
        var handle = GCHandle.Alloc(collector);
        try
        {
            using var context = new LlamaContext(
                model, new LlamaContextOptions
                {
                    ContextLength = Math.Min(model.ContextLength, MostTokens),
                    Observer = ObserverPointer,
                    ObserverState = GCHandle.ToIntPtr(handle),
                });
            var tokenCount = texts.Sum(
                text => Run(context, model.Tokenize(text, addSpecial: true, parseSpecial: false), cancellationToken));
            if (tokenCount == 0)
                throw new ArgumentException("The texts have no tokens.", nameof(texts));
            var columns = collector.Means();
            foreach (var (name, squares) in columns)
            {
                if (FiniteNumbers.IndexOfOther(squares) is >= 0 and var column)
                    throw new InvalidOperationException(
                        $"The model multiplies column {column} of '{name}' with numbers whose mean square is {squares[column]}, "
                        + FiniteNumbers.Reason);
            }

            return new ImportanceMatrix(columns, tokenCount);
        }
        finally
        {
            handle.Free();
        }
    }

    private static unsafe nint ObserverPointer => (nint)(delegate* unmanaged[Cdecl]<GgmlTensor*, byte, void*, byte>)&Observe;

    private static int Run(LlamaContext context, int[] tokens, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        context.Clear();
        var count = Math.Min(tokens.Length, context.Positions);
        for (var i = 0; i < count; i++)
        {
            context.Add(tokens[i], i, output: true);
            if (context.IsFull || i == count - 1)
                context.Decode(cancellationToken);
        }

        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe byte Observe(GgmlTensor* tensor, byte isQuestion, void* state)
    {
        // Asked first, to be told of the products of a weight with 32-bit numbers; told then, when they were computed.
        if (tensor->Operation != GgmlTensor.MatrixProduct || !tensor->Weight->NameText.EndsWith(".weight"u8)
            || tensor->Input->Type != (int)GgufTensorType.F32)
            return (byte)(isQuestion != 0 ? 0 : 1);
        if (isQuestion == 0)
            ((Collector)GCHandle.FromIntPtr((nint)state).Target!).Add(Encoding.UTF8.GetString(tensor->Weight->NameText), tensor->Input);
        return 1;
    }

    private sealed class Collector
    {
        private readonly Dictionary<string, (double[] Squares, long Rows)> _sums = new(StringComparer.Ordinal);

        public unsafe void Add(string name, GgmlTensor* input)
        {
            var (columns, rows) = ((int)input->Columns, (int)(input->Rows * input->Planes));
            var (squares, count) = _sums.TryGetValue(name, out var sum) ? sum : (new double[columns], 0);
            for (var row = 0; row < rows; row++)
            {
                var values = new ReadOnlySpan<float>((byte*)input->Data + (row * (long)input->RowBytes), columns);
                for (var i = 0; i < columns; i++)
                    squares[i] += (double)values[i] * values[i];
            }

            _sums[name] = (squares, count + rows);
        }

        public Dictionary<string, float[]> Means() => _sums.ToDictionary(
            sum => sum.Key, sum => Array.ConvertAll(sum.Value.Squares, square => (float)(square / sum.Value.Rows)), StringComparer.Ordinal);
    }
}
