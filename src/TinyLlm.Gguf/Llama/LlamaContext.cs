using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// The state of a computation: the keys and values of its sequences, and the outputs of the last call. For one thread at a time.
/// Whatever would end the process in native code is refused here first.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    private const int OutputBytes = 16 << 20;
    private const int LeastOutputs = 1;

    private readonly LlamaModel _model;
    private readonly int _positions;
    private readonly DecodeTotals? _totals;
    private readonly int* _tokens;
    private readonly int* _positionsOf;
    private readonly int* _sequenceCounts;
    private readonly int** _sequencePointers;
    private readonly int* _sequences; // 0, 1, 2, …: a token names the range of those that it belongs to
    private readonly sbyte* _outputs;
    private readonly int* _abort;
    private readonly Array _abortBuffer;
    private readonly Array[] _buffers = new Array[6]; // what is pointed to: the garbage collector's, which frees nothing that is in use
    private readonly int _mostOutputs;
    private int _count;
    private int _outputCount;
    private int _decoded;
    private bool _isAbortable;

    public LlamaContext(LlamaModel model, LlamaContextOptions options)
    {
        (_model, _totals) = (model, options.Totals);
        var parameters = LlamaNative.ContextDefaultParameters();
        var wanted = options.ContextLength ?? ((long)model.ContextLength * options.Sequences);
        model.Description.CheckContext(
            wanted, options.BatchSize, options.Exact ? sizeof(float) : sizeof(ushort), isAsked: options.ContextLength is not null);
        var length = (int)wanted;
        parameters.ContextLength = (uint)length;
        parameters.BatchSize = parameters.MicroBatchSize = (uint)Math.Min(options.BatchSize, length);
        parameters.MaximumSequences = (uint)options.Sequences;
        // llama.cpp reserves an output for every sequence, and ends the process where a call may not have as many.
        _mostOutputs = options.MostOutputs
            ?? Math.Clamp(OutputBytes / (model.VocabularySize * sizeof(float)), LeastOutputs, (int)parameters.BatchSize);
        parameters.MaximumOutputs = Math.Max((uint)_mostOutputs, parameters.MaximumSequences);
        parameters.UnifiedCache = (byte)(options.Sequences > 1 ? 1 : 0);
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.Embeddings = (byte)(options.Embeddings ? 1 : 0);
        if (options.Exact)
            (parameters.KeyType, parameters.ValueType, parameters.FlashAttention) = ((int)GgufTensorType.F32, (int)GgufTensorType.F32, 0);
        parameters.EvaluationCallback = (void*)options.Observer;
        parameters.EvaluationUserData = (void*)options.ObserverState;
        _abort = Pinned<int>(1, out _abortBuffer);
        LlamaLog.ForgetErrors();
        (Handle, BufferBytes) = LlamaBuffers.Count(
            () => new LlamaContextHandle(LlamaNative.ContextInit(model.Handle, parameters), model.Handle, options.ThreadPool));
        if (Handle.IsInvalid)
            throw new InvalidOperationException(
                $"llama.cpp could not make a context of {length} tokens: {LlamaLog.LastError ?? "it gave no reason"}");

        try
        {
            // The native length is rounded up, and gpt2 has no positions beyond those it was trained for.
            Length = (int)LlamaNative.ContextLength(Handle);
            _positions = Math.Min(Length, model.ContextLength);
            Sequences = options.Sequences;
            BatchSize = (int)LlamaNative.BatchSize(Handle);
            _tokens = Pinned<int>(BatchSize, out _buffers[0]);
            _positionsOf = Pinned<int>(BatchSize, out _buffers[1]);
            _sequenceCounts = Pinned<int>(BatchSize, out _buffers[2]);
            _sequences = Pinned<int>(Sequences, out _buffers[3]);
            _sequencePointers = (int**)Pinned<nint>(BatchSize, out _buffers[4]);
            _outputs = Pinned<sbyte>(BatchSize, out _buffers[5]);
            for (var i = 0; i < Sequences; i++)
                _sequences[i] = i;
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    public LlamaContextHandle Handle { get; }

    /// <summary>Gets the bytes of the keys and values, the outputs and what is computed in.</summary>
    public long BufferBytes { get; }

    /// <summary>Gets the most tokens of one call.</summary>
    public int BatchSize { get; }

    /// <summary>Gets the tokens that all sequences have room for together.</summary>
    public int Length { get; }

    public int Sequences { get; }

    /// <summary>Gets the number of positions of a sequence.</summary>
    public int Positions => _positions;

    /// <summary>
    /// Gets whether an output was not finite: then such numbers may stand in the cache, where they spoil what is computed beside them,
    /// since attention multiplies what it masks by 0. <see cref="Clear"/> removes them.
    /// </summary>
    public bool HasNotFinite { get; private set; }

    /// <summary>Gets whether <see cref="Decode"/> must come before another token with an output.</summary>
    public bool IsFull => _count == BatchSize || _outputCount == _mostOutputs;

    /// <summary>Adds a token to the next call.</summary>
    /// <param name="token">The token.</param>
    /// <param name="position">Its position, the next of its sequences.</param>
    /// <param name="sequence">The first sequence that it belongs to.</param>
    /// <param name="count">The number of sequences, from the first one on.</param>
    /// <param name="output">Whether its output is asked for.</param>
    /// <returns>Its index in that call, by which <see cref="Logits"/> finds its output.</returns>
    public int Add(int token, int position, int sequence = 0, int count = 1, bool output = false)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        _model.CheckToken(token);
        if ((uint)position >= (uint)_positions)
            throw new ArgumentOutOfRangeException(
                nameof(position), position, $"The context has {_positions} positions; shorten the text or begin anew.");
        if (sequence < 0 || count < 1 || sequence > Sequences - count)
            throw new ArgumentOutOfRangeException(
                nameof(sequence), sequence, $"The context has {Sequences} sequences, and {count} were named from {sequence} on.");
        if (_count == BatchSize)
            throw new InvalidOperationException($"A call takes {BatchSize} tokens: decode before adding more.");
        if (output && _outputCount == _mostOutputs)
            throw new InvalidOperationException($"A call gives {_mostOutputs} outputs: decode before asking for more.");
        if (_count == 0)
            _decoded = 0;
        _outputCount += output ? 1 : 0;
        (_tokens[_count], _positionsOf[_count], _outputs[_count]) = (token, position, (sbyte)(output ? 1 : 0));
        _sequencePointers[_count] = _sequences + sequence;
        _sequenceCounts[_count] = count;
        return _count++;
    }

    /// <summary>Computes what was added.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before the end; the sequences
    /// are then to be cleared.</exception>
    /// <exception cref="InvalidOperationException">The cache is full, or llama.cpp failed.</exception>
    public void Decode(CancellationToken cancellationToken = default)
    {
        if (_count == 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        var batch = new LlamaBatch
        {
            TokenCount = _count,
            Tokens = _tokens,
            Positions = _positionsOf,
            SequenceCounts = _sequenceCounts,
            Sequences = _sequencePointers,
            Outputs = _outputs,
        };
        SetAbortable(cancellationToken.CanBeCanceled);
        Volatile.Write(ref *_abort, 0);
        using var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static state => ((LlamaContext)state!).Abort(), this)
            : default;
        var count = _count;
        _count = _outputCount = 0;
        LlamaLog.ForgetErrors();
        var start = Stopwatch.GetTimestamp();
        var code = LlamaNative.Decode(Handle, batch);
        GC.KeepAlive(this);
        switch (code)
        {
            case 0:
                _totals?.Add(count, Stopwatch.GetElapsedTime(start));
                _decoded = count;
                return;
            case 1:
                throw new InvalidOperationException("The context is full: clear a sequence, or open it with a larger context.");
            case 2:
                cancellationToken.ThrowIfCancellationRequested();
                goto default;
            default:
                throw new InvalidOperationException(
                    $"llama.cpp failed to decode {count} tokens (code {code}): {LlamaLog.LastError ?? "it gave no reason"}");
        }
    }

    /// <summary>Returns the logits of the token that <see cref="Add"/> numbered, valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">One is not finite.</exception>
    public ReadOnlySpan<float> Logits(int index)
    {
        var logits = UncheckedLogits(index);
        return IndexOfNotFinite(logits) is >= 0 and var token
            ? throw new InvalidOperationException($"The model gives token {token} the logit {logits[token]}, {FiniteNumbers.Reason}")
            : logits;
    }

    /// <summary>Returns logits whose caller sees to it that they are finite, by <see cref="IndexOfNotFinite"/>.</summary>
    public ReadOnlySpan<float> UncheckedLogits(int index)
    {
        CheckOutput(index);
        var row = LlamaNative.Logits(Handle, index);
        return row is not null
            ? new ReadOnlySpan<float>(row, _model.VocabularySize)
            : throw new InvalidOperationException($"Token {index} of the last call has no logits.");
    }

    /// <summary>Returns the hidden state behind the last norm.</summary>
    /// <exception cref="InvalidOperationException">One of its numbers is not finite.</exception>
    public ReadOnlySpan<float> Embeddings(int index)
    {
        CheckOutput(index);
        var row = LlamaNative.Embeddings(Handle, index);
        if (row is null)
            throw new InvalidOperationException("The context keeps no hidden states: open it with Embeddings.");
        var state = new ReadOnlySpan<float>(row, _model.EmbeddingLength);
        return IndexOfNotFinite(state) is >= 0 and var place
            ? throw new InvalidOperationException($"The model computes {state[place]} as number {place} of a state, {FiniteNumbers.Reason}")
            : state;
    }

    /// <summary>Returns the index of the first output that is not finite; −1 where all are.</summary>
    public int IndexOfNotFinite(ReadOnlySpan<float> outputs)
    {
        var index = FiniteNumbers.IndexOfOther(outputs);
        HasNotFinite |= index >= 0;
        return index;
    }

    /// <summary>Draws a token from the logits of the token that <see cref="Add"/> numbered.</summary>
    /// <exception cref="InvalidOperationException">A logit is not finite, which ends the process where there is a grammar.</exception>
    public int Sample(LlamaSamplerHandle sampler, int index)
    {
        _ = Logits(index);
        return LlamaNative.SamplerSample(sampler, Handle, index);
    }

    /// <summary>Forgets the positions of a sequence from <paramref name="from"/> on; of every sequence where none is named.</summary>
    public void Truncate(int? sequence, int from)
    {
        if (!LlamaNative.MemoryRemove(LlamaNative.Memory(Handle), sequence ?? -1, from, -1))
            throw new InvalidOperationException(
                $"llama.cpp cannot forget a part of {(sequence is { } one ? $"sequence {one}" : "the sequences")}.");
    }

    /// <summary>
    /// Puts adapters on the model for this context, in place of those before; what is in the cache was computed without them.
    /// </summary>
    public void SetAdapters(IReadOnlyList<(LlamaAdapterHandle Adapter, float Scale)> adapters)
    {
        var handles = adapters.Select(entry => entry.Adapter.DangerousGetHandle()).ToArray();
        var scales = adapters.Select(entry => entry.Scale).ToArray();
        fixed (nint* handlePointer = handles)
        fixed (float* scalePointer = scales)
        {
            if (LlamaNative.SetAdapters(Handle, handlePointer, (nuint)handles.Length, scalePointer) != 0)
                throw new InvalidOperationException($"llama.cpp could not set {handles.Length} adapters.");
        }

        HasNotFinite = true; // the adapters before may have left such numbers
        Clear();
    }

    /// <summary>Returns the cache as bytes.</summary>
    /// <exception cref="InvalidOperationException">llama.cpp does not give it, or it takes 2 GiB or more.</exception>
    public byte[] SaveState()
    {
        var size = LlamaNative.StateSize(Handle);
        if (size > (nuint)Array.MaxLength)
            throw new InvalidOperationException($"The session takes {size:N0} bytes; less than 2 GiB are supported.");
        var state = GC.AllocateUninitializedArray<byte>((int)size);
        fixed (byte* pointer = state)
        {
            var written = LlamaNative.StateGet(Handle, pointer, size);
            return written == size
                ? state
                : throw new InvalidOperationException($"llama.cpp gave {written:N0} of the {size:N0} bytes of its state.");
        }
    }

    /// <summary>Checks what <see cref="LoadState"/> is to take: a state of so many tokens.</summary>
    /// <exception cref="InvalidOperationException">It is no state of this model with these options.</exception>
    public void CheckState(string path, ReadOnlyMemory<byte> state, int tokenCount) =>
        NativeSessionCheck.Check(path, state.Span, _model.Description, tokenCount);

    /// <summary>Takes a cache that <see cref="SaveState"/> gave and that was checked.</summary>
    /// <exception cref="InvalidOperationException">llama.cpp refuses it; the cache is empty then.</exception>
    public void LoadState(string path, ReadOnlyMemory<byte> state)
    {
        Clear();
        LlamaLog.ForgetErrors();
        using var pinned = state.Pin();
        if (LlamaNative.StateSet(Handle, (byte*)pinned.Pointer, (nuint)state.Length) == (nuint)state.Length)
            return;
        Clear();
        throw new InvalidOperationException(
            $"'{path}' is no session of this model with these options: {LlamaLog.LastError ?? "llama.cpp gave no reason"}");
    }

    /// <summary>Returns whether the vocabulary has a token.</summary>
    public bool HasToken(int token) => (uint)token < (uint)_model.VocabularySize;

    public void Clear()
    {
        _count = _outputCount = _decoded = 0;
        LlamaNative.MemoryClear(LlamaNative.Memory(Handle), data: HasNotFinite);
        HasNotFinite = false;
    }

    public void Dispose() => Handle.Dispose();

    // llama.cpp asks before each of its operations, which would cost a tiny model 2 % of its speed.
    private void SetAbortable(bool isAbortable)
    {
        if (_isAbortable == isAbortable)
            return;
        LlamaNative.SetAbort(Handle, isAbortable ? &ShouldAbort : null, _abort);
        _isAbortable = isAbortable;
    }

    private static T* Pinned<T>(int count, out Array buffer)
        where T : unmanaged
    {
        var array = GC.AllocateArray<T>(count, pinned: true);
        buffer = array;
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }

    private void Abort() => Volatile.Write(ref *_abort, 1);

    private void CheckOutput(int index)
    {
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        if ((uint)index >= (uint)_decoded || _outputs[index] == 0)
            throw new InvalidOperationException(
                $"Token {index} has no output: the last call had {_decoded} tokens, and outputs are those that were asked for.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte ShouldAbort(void* flag) => (byte)(Volatile.Read(ref *(int*)flag) != 0 ? 1 : 0);
}
