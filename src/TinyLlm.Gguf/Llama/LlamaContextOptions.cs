namespace TinyLlm.Gguf.Llama;

/// <summary>How a context computes.</summary>
internal sealed record LlamaContextOptions
{
    /// <summary>Gets the tokens of all sequences together. Default: what the model was trained for.</summary>
    public int? ContextLength { get; init; }

    /// <summary>Gets the most tokens of one call. Default 512.</summary>
    public int BatchSize { get; init; } = 512;

    /// <summary>
    /// Gets the most outputs of one call; llama.cpp keeps room for as many rows of the vocabulary. Default: what fits 16 MiB.
    /// </summary>
    public int? MostOutputs { get; init; }

    /// <summary>Gets how many sequences there are side by side. Default 1.</summary>
    public int Sequences { get; init; } = 1;

    /// <summary>Gets the threads. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Gets the threads, pinned to processors; as many as <see cref="Threads"/>. Default: none, so that they are
    /// made for the context and roam.
    /// </summary>
    public LlamaThreadPoolHandle? ThreadPool { get; init; }

    /// <summary>Gets whether hidden states are kept beside the logits. Default false.</summary>
    public bool Embeddings { get; init; }

    /// <summary>
    /// Gets whether keys and values are kept in 32 bits and attention is computed plainly, for comparisons. Default false.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Gets what counts the tokens that are computed. Default nothing.</summary>
    public DecodeTotals? Totals { get; init; }

    /// <summary>
    /// Gets who is asked and told of every operation of the computation: a <c>ggml_backend_sched_eval_callback</c>. Default nobody.
    /// </summary>
    public nint Observer { get; init; }

    /// <summary>Gets what is handed to the observer.</summary>
    public nint ObserverState { get; init; }
}
