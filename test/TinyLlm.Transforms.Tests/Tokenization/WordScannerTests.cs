using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TinyLlm.Transforms.Tests.Tokenization;

[TestClass]
public sealed partial class WordScannerTests
{
    [TestMethod]
    public void EndOfWord_RandomUnicode_IsTheRegexs()
    {
        var random = new Random(1);
        for (var round = 0; round < 4000; round++)
        {
            var text = RandomText.Next(random, random.Next(1, 40));
            CollectionAssert.AreEqual(ByRegex(text), ByScanner(Encoding.UTF8.GetBytes(text)), text);
        }
    }

    [TestMethod]
    public void EndOfWord_BytesThatAreNotUtf8_AreSymbols() =>
        CollectionAssert.AreEqual(new[] { 1, 3, 4 }, ByScanner([(byte)'a', 0xFF, 0xC3, (byte)'b']));

    [TestMethod]
    public void IsCertainCut_RandomUnicode_IsWhereAWordEndsWhateverFollows()
    {
        var random = new Random(2);
        var cuts = 0;
        for (var round = 0; round < 2000; round++)
        {
            var text = Encoding.UTF8.GetBytes(RandomText.Next(random, 20));
            var ends = ByScanner(text);
            foreach (var cut in Enumerable.Range(0, text.Length).Where(i => WordScanner.IsCertainCut(text, i)))
            {
                cuts++;
                CollectionAssert.AreEqual(ends, ByScanner(text[..cut]).Concat(ByScanner(text[cut..]).Select(end => cut + end)).ToArray());
            }
        }

        Assert.IsGreaterThan(1000, cuts);
    }

    private static int[] ByScanner(byte[] text)
    {
        var ends = new List<int>();
        for (var start = 0; start < text.Length;)
            ends.Add(start = WordScanner.EndOfWord(text, start));
        return [.. ends];
    }

    // The oracle: .NET's regular expressions see UTF-16 units, so a character beyond the basic plane is tried as one of its category in it.
    private static int[] ByRegex(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        var basic = string.Concat(
            runes.Select(
            rune => Unicode16.IsLetterOrNumber(rune.Value) ? '§' : rune.IsBmp ? (char)rune.Value : Rune.GetUnicodeCategory(rune) switch
            {
                <= UnicodeCategory.OtherLetter => 'я',
                UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '٧',
                _ => '§',
            }));
        return [.. Gpt2Pattern().Matches(basic).Select(
            match => runes[..(match.Index + match.Length)].Sum(rune => rune.Utf8SequenceLength))];
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Pattern();
}
