using System.Text;

namespace SensorToDevice.Csv;

/// <summary>
/// Cuts a text into rows and fields as RFC 4180 has them: a field may stand in quotes, and then holds separators, line breaks and quotes
/// that are written twice.
/// </summary>
internal sealed class CsvParser(string path, string text, char separator)
{
    private readonly StringBuilder _field = new();
    private string[] _header = [];
    private int _at;
    private int _line = 1;
    private int _row = -1; // the header

    /// <summary>Returns the rows, the header first; empty lines are left out.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed, or stands in the wrong place.</exception>
    public List<CsvRecord> Parse()
    {
        List<CsvRecord> records = [];
        while (_at < text.Length)
        {
            _row++;
            var (line, fields) = (_line, Row());
            if (fields is [""])
                _row--;
            else
                records.Add(new CsvRecord(line, fields));
            _header = records.Count > 0 ? records[0].Fields : [];
        }

        return records;
    }

    private string[] Row()
    {
        List<string> fields = [];
        do
        {
            fields.Add(Field(fields.Count));
        }
        while (Take(separator));
        SkipLineBreak();
        return [.. fields];
    }

    private string Field(int index)
    {
        while (_at < text.Length && text[_at] == ' ')
            _at++;
        return _at < text.Length && text[_at] == '"' ? Quoted(index) : Plain();
    }

    private string Plain()
    {
        var begin = _at;
        while (!AtEnd())
            _at++;
        return text[begin.._at].Trim(' ', '\t', '\f', '\x1A', '\u00A0');
    }

    private string Quoted(int index)
    {
        var line = _line;
        _at++;
        _field.Clear();
        while (true)
        {
            if (_at == text.Length)
                throw new InvalidDataException(
                    $"{Place(index, line)}: the quote is never closed. Close it, or write a quote inside a text twice.");
            if (Take('"'))
            {
                if (!Take('"'))
                    break;
                _field.Append('"');
                continue;
            }

            _line += text[_at] == '\n' || (text[_at] == '\r' && text.AsSpan(_at + 1) is not ['\n', ..]) ? 1 : 0;
            _field.Append(text[_at++]);
        }

        var behind = Plain();
        return behind.Length == 0
            ? _field.ToString().Trim()
            : throw new InvalidDataException(
                $"{Place(index, line)}: '{CsvTable.Shorten(behind)}' stands behind the closing quote in line {_line}. A quote is missing, "
                + "or one too many; a quote inside a text is written twice.");
    }

    private string Place(int index, int line)
    {
        var column = index < _header.Length ? $"column '{_header[index]}'" : $"field {index + 1}";
        return _row == 0 ? $"{path}, the header (line {line}), field {index + 1}" : $"{path}, {column}, row {_row} (line {line})";
    }

    private bool AtEnd() => _at == text.Length || text[_at] == separator || text[_at] is '\n' or '\r';

    private bool Take(char wanted)
    {
        if (_at == text.Length || text[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private void SkipLineBreak()
    {
        var broken = Take('\r') | Take('\n');
        _line += broken ? 1 : 0;
    }
}
