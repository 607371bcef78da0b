using System.Buffers;
using System.Text;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf;

/// <summary>
/// Turns tokens into text as they come: holds back bytes that are part of a character, and text that may begin a stop text.
/// </summary>
/// <remarks>A token allocates nothing once the buffers have grown; the text handed out is valid until the next token.</remarks>
internal sealed class TextStream(LlamaModel model, IReadOnlyList<string> stopTexts)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly ArrayBufferWriter<byte> _bytes = new(64);
    private char[] _text = new char[128]; // what was taken last, then what is held back
    private int _taken;
    private int _length;

    /// <summary>Gets whether a stop text has come.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Gets the text that the last call of <see cref="Take"/> made certain.</summary>
    public ReadOnlySpan<char> Taken => _text.AsSpan(0, _taken);

    /// <summary>Adds a token.</summary>
    public void Append(int token)
    {
        _bytes.ResetWrittenCount();
        model.WritePiece(token, _bytes);
        Decode(_bytes.WrittenSpan, flush: false);
    }

    /// <summary>Takes the text that is certain now, often none.</summary>
    /// <param name="isLast">Whether no token follows: then nothing is held back.</param>
    public ReadOnlySpan<char> Take(bool isLast = false)
    {
        if (isLast && !IsStopped)
            Decode([], flush: true);
        _taken = _length - (isLast || IsStopped ? 0 : LongestStopBegun());
        return Taken;
    }

    /// <summary>Adds a token and returns the text that is certain now.</summary>
    public string Add(int token)
    {
        Append(token);
        return Take().ToString();
    }

    /// <summary>Returns what was held back.</summary>
    public string Finish() => Take(isLast: true).ToString();

    private void Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        _text.AsSpan(_taken, _length - _taken).CopyTo(_text);
        (_length, _taken) = (_length - _taken, 0);
        // A byte gives at most a character, and ends at most one that was begun.
        if (_text.Length < _length + bytes.Length + 1)
            Array.Resize(ref _text, 2 * (_length + bytes.Length + 1));
        _length += _decoder.GetChars(bytes, _text.AsSpan(_length), flush);
        var stop = FirstStop();
        (IsStopped, _length) = (stop is not null, stop ?? _length);
    }

    private int? FirstStop()
    {
        int? first = null;
        for (var i = 0; i < stopTexts.Count; i++)
        {
            var at = _text.AsSpan(0, _length).IndexOf(stopTexts[i]);
            if (at >= 0 && (first is null || at < first))
                first = at;
        }

        return first;
    }

    // How many of the last characters begin a stop text.
    private int LongestStopBegun()
    {
        var longest = 0;
        for (var i = 0; i < stopTexts.Count; i++)
        {
            var length = Math.Min(_length, stopTexts[i].Length - 1);
            while (length > longest && !_text.AsSpan(_length - length, length).SequenceEqual(stopTexts[i].AsSpan(0, length)))
                length--;
            longest = Math.Max(longest, length);
        }

        return longest;
    }
}
