using TinyLlm.Gguf;

namespace TinyLlm.Trainers.Networks;

/// <summary>Refuses batches that a network cannot compute, before a kernel reads where nothing is.</summary>
internal static class BatchChecks
{
    /// <exception cref="ArgumentException">The batch is too large, or names a token or a position that is not there.</exception>
    public static void Throw(TokenBatch batch, ModelArchitecture architecture, NetworkOptions options)
    {
        var tokens = options.MaximumTokens ?? architecture.ContextLength;
        if (batch.Rows > options.MaximumRows || batch.Length > tokens)
        {
            throw new ArgumentException(
                $"The batch has {batch.Rows} rows of {batch.Length} tokens; the network was made for {options.MaximumRows} of {tokens}.",
                nameof(batch));
        }

        var last = architecture.VocabularySize - 1;
        for (var i = 0; i < batch.Inputs.Length; i++)
        {
            var (input, target, start) = (batch.Inputs[i], batch.Targets[i], batch.DocumentStarts[i]);
            if ((uint)input >= (uint)architecture.VocabularySize)
                throw Refused("input", input, $"a token from 0 to {last}", i);
            if (target != TokenBatch.NoTarget && (uint)target >= (uint)architecture.VocabularySize)
                throw Refused("target", target, $"a token from 0 to {last}, or {TokenBatch.NoTarget} for none,", i);
            if ((uint)start > (uint)(i % batch.Length))
                throw Refused("document start", start, $"a position from 0 to {i % batch.Length}", i);
        }

        ArgumentException Refused(string what, int found, string expected, int index) =>
            new(
                $"The {what} at row {index / batch.Length}, position {index % batch.Length} is {found}; {expected} is expected.",
                nameof(batch));
    }
}
