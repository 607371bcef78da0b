using System.Runtime.InteropServices;

namespace TinyLlm.Gguf.Llama;

/// <summary>
/// The functions of <c>llama.h</c> v0.4.0 that we call. Nothing here checks anything: callers do, because a misuse may end the process.
/// </summary>
internal static unsafe partial class LlamaNative
{
    private const string Library = "llama";

    [LibraryImport(Library, EntryPoint = "llama_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "llama_backend_init")]
    public static partial void BackendInit();

    [LibraryImport(Library, EntryPoint = "llama_log_set")]
    public static partial void LogSet(delegate* unmanaged[Cdecl]<int, byte*, void*, void> callback, void* userData);

    [LibraryImport("ggml", EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void BackendLoadAllFromPath(string folder);

    [LibraryImport("ggml", EntryPoint = "ggml_backend_reg_count")]
    public static partial nuint BackendCount();

    [LibraryImport("ggml", EntryPoint = "ggml_backend_reg_get")]
    public static partial nint Backend(nuint index);

    [LibraryImport("ggml-base", EntryPoint = "ggml_backend_reg_get_proc_address", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BackendFunction(nint backend, string name);

    [LibraryImport("ggml-base", EntryPoint = "ggml_threadpool_params_init")]
    public static partial void ThreadPoolInit(LlamaThreadPoolParameters* parameters, int threads);

    [LibraryImport(Library, EntryPoint = "llama_model_default_params")]
    public static partial LlamaModelParameters ModelDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_context_default_params")]
    public static partial LlamaContextParameters ContextDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_model_quantize_default_params")]
    public static partial LlamaQuantizeParameters QuantizeDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_sampler_chain_default_params")]
    public static partial LlamaSamplerChainParameters SamplerChainDefaultParameters();

    [LibraryImport(Library, EntryPoint = "llama_model_load_from_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ModelLoad(string path, LlamaModelParameters parameters);

    [LibraryImport(Library, EntryPoint = "llama_model_free")]
    public static partial void ModelFree(nint model);

    [LibraryImport(Library, EntryPoint = "llama_init_from_model")]
    public static partial nint ContextInit(LlamaModelHandle model, LlamaContextParameters parameters);

    [LibraryImport(Library, EntryPoint = "llama_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "llama_attach_threadpool")]
    public static partial void AttachThreadPool(
        LlamaContextHandle context, LlamaThreadPoolHandle threads, LlamaThreadPoolHandle batchThreads);

    [LibraryImport(Library, EntryPoint = "llama_n_ctx")]
    public static partial uint ContextLength(LlamaContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_n_batch")]
    public static partial uint BatchSize(LlamaContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_get_memory")]
    public static partial nint Memory(LlamaContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_memory_clear")]
    public static partial void MemoryClear(nint memory, [MarshalAs(UnmanagedType.U1)] bool data);

    [LibraryImport(Library, EntryPoint = "llama_memory_seq_rm")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool MemoryRemove(nint memory, int sequence, int from, int to);

    [LibraryImport(Library, EntryPoint = "llama_max_parallel_sequences")]
    public static partial nuint MaximumSequences();

    [LibraryImport(Library, EntryPoint = "llama_model_n_ctx_train")]
    public static partial int ModelContextLength(LlamaModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_model_n_embd")]
    public static partial int ModelEmbeddingLength(LlamaModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_model_n_params")]
    public static partial ulong ModelParameterCount(LlamaModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_model_get_vocab")]
    public static partial nint ModelVocabulary(LlamaModelHandle model);

    [LibraryImport(Library, EntryPoint = "llama_vocab_type")]
    public static partial int VocabularyType(nint vocabulary);

    [LibraryImport(Library, EntryPoint = "llama_vocab_n_tokens")]
    public static partial int VocabularySize(nint vocabulary);

    [LibraryImport(Library, EntryPoint = "llama_vocab_eos")]
    public static partial int VocabularyEnd(nint vocabulary);

    [LibraryImport(Library, EntryPoint = "llama_model_meta_val_str", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ModelMetadata(LlamaModelHandle model, string key, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "llama_vocab_is_eog")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool VocabularyIsEnd(nint vocabulary, int token);

    [LibraryImport(Library, EntryPoint = "llama_tokenize")]
    public static partial int Tokenize(
        nint vocabulary, byte* text, int length, int* tokens, int capacity,
        [MarshalAs(UnmanagedType.U1)] bool addSpecial, [MarshalAs(UnmanagedType.U1)] bool parseSpecial);

    [LibraryImport(Library, EntryPoint = "llama_token_to_piece")]
    public static partial int TokenToPiece(
        nint vocabulary, int token, byte* buffer, int length, int leftStrip, [MarshalAs(UnmanagedType.U1)] bool special);

    [LibraryImport(Library, EntryPoint = "llama_decode")]
    public static partial int Decode(LlamaContextHandle context, LlamaBatch batch);

    [LibraryImport(Library, EntryPoint = "llama_set_abort_callback")]
    public static partial void SetAbort(LlamaContextHandle context, delegate* unmanaged[Cdecl]<void*, byte> callback, void* userData);

    [LibraryImport(Library, EntryPoint = "llama_get_logits_ith")]
    public static partial float* Logits(LlamaContextHandle context, int index);

    [LibraryImport(Library, EntryPoint = "llama_get_embeddings_ith")]
    public static partial float* Embeddings(LlamaContextHandle context, int index);

    [LibraryImport(Library, EntryPoint = "llama_model_quantize", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint ModelQuantize(string source, string destination, LlamaQuantizeParameters* parameters);

    /// <summary>Returns a <c>struct ggml_type_traits</c>, whose decoder stands at byte 40.</summary>
    [LibraryImport("ggml-base", EntryPoint = "ggml_get_type_traits")]
    public static partial byte* TypeTraits(int type);

    [LibraryImport(Library, EntryPoint = "llama_adapter_lora_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint AdapterLoad(LlamaModelHandle model, string path);

    [LibraryImport(Library, EntryPoint = "llama_adapter_lora_free")]
    public static partial void AdapterFree(nint adapter);

    [LibraryImport(Library, EntryPoint = "llama_set_adapters_lora")]
    public static partial int SetAdapters(LlamaContextHandle context, nint* adapters, nuint count, float* scales);

    [LibraryImport(Library, EntryPoint = "llama_state_get_size")]
    public static partial nuint StateSize(LlamaContextHandle context);

    [LibraryImport(Library, EntryPoint = "llama_state_get_data")]
    public static partial nuint StateGet(LlamaContextHandle context, byte* destination, nuint size);

    [LibraryImport(Library, EntryPoint = "llama_state_set_data")]
    public static partial nuint StateSet(LlamaContextHandle context, byte* source, nuint size);

    [LibraryImport(Library, EntryPoint = "llama_sampler_chain_init")]
    public static partial nint SamplerChainInit(LlamaSamplerChainParameters parameters);

    [LibraryImport(Library, EntryPoint = "llama_sampler_chain_add")]
    public static partial void SamplerChainAdd(LlamaSamplerHandle chain, nint sampler);

    [LibraryImport(Library, EntryPoint = "llama_sampler_free")]
    public static partial void SamplerFree(nint sampler);

    [LibraryImport(Library, EntryPoint = "llama_sampler_reset")]
    public static partial void SamplerReset(LlamaSamplerHandle sampler);

    [LibraryImport(Library, EntryPoint = "llama_sampler_sample")]
    public static partial int SamplerSample(LlamaSamplerHandle sampler, LlamaContextHandle context, int index);

    [LibraryImport(Library, EntryPoint = "llama_sampler_apply")]
    public static partial void SamplerApply(LlamaSamplerHandle sampler, LlamaCandidates* candidates);

    [LibraryImport(Library, EntryPoint = "llama_sampler_accept")]
    public static partial void SamplerAccept(LlamaSamplerHandle sampler, int token);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_greedy")]
    public static partial nint SamplerGreedy();

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_dist")]
    public static partial nint SamplerDistribution(uint seed);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_top_k")]
    public static partial nint SamplerTopK(int k);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_top_p")]
    public static partial nint SamplerTopP(float p, nuint minimumKept);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_min_p")]
    public static partial nint SamplerMinP(float p, nuint minimumKept);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_temp")]
    public static partial nint SamplerTemperature(float temperature);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_penalties")]
    public static partial nint SamplerPenalties(int vocabularySize, int lastTokens, float repeat, float frequency, float presence);

    [LibraryImport(Library, EntryPoint = "llama_sampler_init_grammar", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SamplerGrammar(nint vocabulary, string grammar, string root);

    /// <summary>Makes the runtime ask us where the libraries are; called once, before any other function.</summary>
    public static void Resolve() =>
        NativeLibrary.SetDllImportResolver(typeof(LlamaNative).Assembly, (name, _, _) =>
            name is Library or "ggml" or "ggml-base" ? NativeLibrary.Load(NativeLibraryLocator.ForThisProcess().FindLibrary(name)) : 0);
}
