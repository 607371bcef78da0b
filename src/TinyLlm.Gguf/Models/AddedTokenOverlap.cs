using System.Text;

namespace TinyLlm.Gguf;

/// <summary>Finds tokens that are kept whole and give some text two readings.</summary>
/// <remarks>
/// llama.cpp looks for the longest token in the whole text, then for the next; Hugging Face and this library take the leftmost, and of
/// several at one place the longest. They differ on some text exactly if a token can end where another one of at least its length begins,
/// and no longer token begins where the first does in the text that both make.
/// </remarks>
internal static class AddedTokenOverlap
{
    /// <summary>Returns two such tokens and the text; null where all readings agree.</summary>
    public static (string Left, string Right, string Text)? Find(IEnumerable<string> tokens)
    {
        var all = tokens.Where(token => token.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var byBeginning = all.SelectMany(token => Enumerable.Range(1, token.Length - 1).Select(length => (Begin: token[..length], token)))
            .ToLookup(entry => entry.Begin, entry => entry.token, StringComparer.Ordinal);
        var byFirst = all.ToLookup(token => token[0]);
        foreach (var left in all)
        {
            for (var start = 1; start < left.Length; start++)
            {
                foreach (var right in byBeginning[left[start..]])
                {
                    var text = left[..start] + right;
                    if (right != left && Bytes(right) >= Bytes(left)
                        && !byFirst[left[0]].Any(token => token.Length > left.Length && text.StartsWith(token, StringComparison.Ordinal)))
                        return (left, right, text);
                }
            }
        }

        return null;
    }

    /// <summary>Returns why a vocabulary's tokens have two readings; null where they have not.</summary>
    public static string? Problem(ModelVocabulary vocabulary)
    {
        // With and without the control tokens, which ordinary text does not have.
        foreach (var kinds in new[] { new[] { TokenKind.UserDefined }, [TokenKind.UserDefined, TokenKind.Control, TokenKind.Unknown] })
        {
            var tokens = Enumerable.Range(0, vocabulary.Count).Where(id => kinds.Contains(vocabulary.Kinds[id]));
            if (Find(tokens.Select(id => vocabulary.Tokens[id])) is var (left, right, text))
                return $"the added tokens '{left}' and '{right}' give '{text}' two readings: the leftmost first, as in Hugging Face, or "
                    + "the longest first, as in llama.cpp";
        }

        return null;
    }

    private static int Bytes(string token) => Encoding.UTF8.GetByteCount(token);
}
