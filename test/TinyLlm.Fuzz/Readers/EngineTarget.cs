using TinyLlm.Fuzz.Mutations;
using TinyLlm.Gguf;

namespace TinyLlm.Fuzz.Readers;

/// <summary>Models that llama.cpp loads and runs: everything that an engine does, once.</summary>
internal sealed class EngineTarget : FuzzTarget
{
    private static readonly string[] Grammars = ["root ::= \"on\" | \"off\"", "root ::= [a-z ]+", "root ::= [^x]*"];

    public override void Run(Random random, Action<string> tell)
    {
        var (valid, architecture) = BaseModels.All[random.Next(BaseModels.All.Length)];
        var path = PathOf("model.gguf");
        File.WriteAllBytes(path, GgufMutator.Mutate(random, valid, architecture, out var what));
        tell(what);
        var options = new TinyGptOptions
        {
            UseMemoryMap = random.Next(2) == 0,
            ExactAttention = random.Next(2) == 0,
            BatchSize = random.Next(2) == 0 ? 512 : 16,
            ContextLength = random.Next(4) == 0 ? 48 : null,
            Threads = 1,
        };
        using var engine = TinyGptPredictionEngine.Open(path, options);
        Use(engine, random);
    }

    /// <summary>Asks an engine for everything; some answers are refused, and the next must come all the same.</summary>
    public static void Use(TinyGptPredictionEngine engine, Random random)
    {
        Exception? refusal = null;
        _ = engine.PromptTemplate?.Format("a");
        Ask(() => engine.Generate("a b", new GenerationOptions { MaximumTokens = 4 }));
        Ask(() => engine.Generate("abc", new GenerationOptions
        {
            MaximumTokens = 4,
            Temperature = 0.8f,
            TopK = random.Next(2) == 0 ? 5 : null,
            TopP = 0.9f,
            MinP = 0.05f,
            RepetitionPenalty = 1.1f,
        }));
        Ask(() => engine.Generate("a", new GenerationOptions { MaximumTokens = 6, Grammar = Grammars[random.Next(Grammars.Length)] }));
        Ask(() => engine.Classify(["a", "b c"], ["on", "off"]));
        Ask(() => engine.NextTokens("", 3));
        Ask(() => engine.Embed("a b c"));
        Ask(() => engine.Perplexity("a b c d"));
        Ask(() => engine.Detokenize(engine.Tokenize("Aé\0 日本<|endoftext|>\uFFFD")));
        if (refusal is not null)
            throw refusal;

        void Ask<T>(Func<T> question)
        {
            try
            {
                _ = question();
            }
            catch (Exception e) when (IsRefusal(e))
            {
                refusal = e;
            }
        }
    }

    public static bool IsRefusal(Exception exception) =>
        exception is InvalidOperationException && exception.GetType() == typeof(InvalidOperationException)
        || exception is ArgumentException && exception.GetType() == typeof(ArgumentException);

    public override bool IsDocumented(Exception exception) => exception is GgufFormatException || IsRefusal(exception);
}
