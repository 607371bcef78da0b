using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Makes llama.cpp's sampler of generation options; the last in the chain always chooses.</summary>
internal static class SamplerChain
{
    private const int PenalizedTokens = 64;

    public static LlamaSamplerHandle Create(LlamaModel model, GenerationOptions options)
    {
        var chain = new LlamaSamplerHandle(LlamaNative.SamplerChainInit(LlamaNative.SamplerChainDefaultParameters()));
        try
        {
            if (options.RepetitionPenalty != 1)
                Add(LlamaNative.SamplerPenalties(model.VocabularySize, PenalizedTokens, options.RepetitionPenalty, 0, 0));
            if (options.Temperature == 0)
            {
                Add(LlamaNative.SamplerGreedy());
                return chain;
            }

            if (options.TopK is { } k)
                Add(LlamaNative.SamplerTopK(k));
            if (options.TopP < 1)
                Add(LlamaNative.SamplerTopP(options.TopP, 1));
            if (options.MinP > 0)
                Add(LlamaNative.SamplerMinP(options.MinP, 1));
            Add(LlamaNative.SamplerTemperature(options.Temperature));
            Add(LlamaNative.SamplerDistribution(options.Seed));
            return chain;
        }
        catch
        {
            chain.Dispose();
            throw;
        }

        void Add(nint sampler) => LlamaNative.SamplerChainAdd(chain, sampler);
    }
}
