using System.Text;
using TinyLlm.Gguf;

namespace TinyLlm.Transforms.Tests.Tokenization;

[TestClass]
public sealed class ReservedTokenTests
{
    private static readonly string[] Reserved = ["<x1>", "<x12>", "<x 1>", "◊", "\nEND"];
    private static readonly BytePairTokenizer Tokenizer = new(WithReserved(TinyModels.Vocabulary()));

    [TestMethod]
    public void EncodeToIds_ReservedTexts_AreTheLongestOnes() =>
        CollectionAssert.AreEqual(new[] { 'a', 258, 257, '<', 'x', '1', 259, 260 }, Tokenizer.EncodeToIds("a<x12><x1><x1<x 1>◊"));

    [TestMethod]
    public void EncodeFile_SmallChunks_GivesTheTokensOfTheWhole()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var text = Mixed(random, 60);
            var expected = Tokenizer.EncodeToIds(text, allowControlTokens: true);
            foreach (var chunkBytes in (int[])[4, 7, 16, 50, 4096])
            {
                using var stream = new MemoryStream([.. "\uFEFF"u8, .. Encoding.UTF8.GetBytes(text)]);
                var chunks = new TextChunks(stream, chunkBytes, (bytes, cut) => !Tokenizer.MayCrossReserved(bytes, cut));
                var tokens = Tokenizer.EncodeChunks(chunks, allowControlTokens: true, default).SelectMany(
                    piece => piece.ToArray()).ToArray();
                if (!text.StartsWith('\uFEFF'))
                    CollectionAssert.AreEqual(expected, tokens, $"{chunkBytes} bytes: {text}");
            }
        }
    }

    [TestMethod]
    public void EncodeFile_GutenbergBook_GivesTheTokensOfTheWhole()
    {
        var path = TestData.Require("text-gutenberg-pd/Twain-Sketches-New-and-Old.txt");
        var tokens = BytePairTokenizerTests.Gpt2.EncodeFile(path).SelectMany(piece => piece.ToArray()).ToArray();
        CollectionAssert.AreEqual(BytePairTokenizerTests.Gpt2.EncodeToIds(File.ReadAllText(path)), tokens);
        Assert.ThrowsExactly<FileNotFoundException>(() => BytePairTokenizerTests.Gpt2.EncodeFile(path + "x").ToArray());
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => BytePairTokenizerTests.Gpt2.EncodeFile(path, cancellationToken: cancelled.Token).ToArray());
    }

    internal static string Mixed(Random random, int pieces) =>
        string.Concat(
            Enumerable.Range(0, pieces).Select(
            _ => random.Next(3) == 0 ? Reserved[random.Next(Reserved.Length)] : RandomText.Next(random, 2)));

    internal static ModelVocabulary WithReserved(ModelVocabulary vocabulary) => vocabulary with
    {
        Tokens = [.. vocabulary.Tokens, .. Reserved],
        Kinds = [.. vocabulary.Kinds, .. Reserved.Select(_ => TokenKind.UserDefined)],
    };
}
