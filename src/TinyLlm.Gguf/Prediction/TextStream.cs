using System.Buffers;
using System.Text;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>Turns tokens into text as they come: holds back bytes that are part of a character, and text that may begin a stop text.</summary>
internal sealed class TextStream(LlamaModel model, IReadOnlyList<string> stopTexts)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly ArrayBufferWriter<byte> _bytes = new(64);
    private readonly StringBuilder _held = new();
    private char[] _characters = new char[64];

    /// <summary>Gets whether a stop text has come.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Adds a token and returns the text that is certain now, often none.</summary>
    public string Add(int token)
    {
        _bytes.ResetWrittenCount();
        model.WritePiece(token, _bytes);
        if (_characters.Length < _bytes.WrittenCount + 1)
            _characters = new char[2 * _bytes.WrittenCount];
        _held.Append(_characters, 0, _decoder.GetChars(_bytes.WrittenSpan, _characters, flush: false));
        return Take(keepBack: true);
    }

    /// <summary>Returns what was held back.</summary>
    public string Finish()
    {
        if (IsStopped)
            return "";
        _held.Append(_characters, 0, _decoder.GetChars([], _characters, flush: true));
        return Take(keepBack: false);
    }

    private string Take(bool keepBack)
    {
        if (stopTexts.Count == 0)
        {
            var all = _held.ToString();
            _held.Clear();
            return all;
        }

        var text = _held.ToString();
        var stop = stopTexts.Select(stopText => text.IndexOf(stopText, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (stop >= 0)
        {
            IsStopped = true;
            _held.Clear();
            return text[..stop];
        }

        var held = keepBack ? stopTexts.Max(stopText => Overlap(text, stopText)) : 0;
        _held.Clear().Append(text.AsSpan(text.Length - held));
        return text[..^held];
    }

    // The longest end of the text that begins a stop text.
    private static int Overlap(string text, string stopText)
    {
        for (var length = Math.Min(text.Length, stopText.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stopText.AsSpan(0, length)))
                return length;
        }

        return 0;
    }
}
