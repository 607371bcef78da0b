namespace Microsoft.ML.Data;

/// <summary>The values of one column in one block.</summary>
internal abstract class TextColumnBuffer
{
    public static TextColumnBuffer Create(TextColumn column, TextFormat format)
    {
        var item = ColumnMapper.ItemOf(column.Type);
        if (item is KeyDataViewType key)
            return Generic.Call<TextColumnBuffer>(typeof(TextColumnBuffer), nameof(CreateKeys), [key.RawType], column, key);
        return column.Kind switch
        {
            DataKind.Single => new Of<float, SingleReader>(column, new SingleReader(format)),
            DataKind.Double => new Of<double, DoubleReader>(column, new DoubleReader(format)),
            DataKind.String => new Of<ReadOnlyMemory<char>, TextReader>(column, new TextReader()),
            _ => Generic.Call<TextColumnBuffer>(typeof(TextColumnBuffer), nameof(CreateOthers), [item.RawType], column),
        };
    }

    public abstract void Clear();

    public abstract void Add(in TextFields fields);

    /// <summary>Returns a getter of the row that <paramref name="position"/> names in the block that it names.</summary>
    public abstract Delegate CreateGetter(int column, Func<TextBlock> block, Func<int> position);

    private static TextColumnBuffer CreateKeys<T>(TextColumn column, KeyDataViewType key) =>
        new Of<T, KeyReader<T>>(column, new KeyReader<T>(key.Count, ItemConversion.Get<ulong, T>()));

    private static TextColumnBuffer CreateOthers<T>(TextColumn column) => new Of<T, OtherReader<T>>(column, new OtherReader<T>(column));

    private interface IFieldReader<T>
    {
        T Read(ReadOnlySpan<byte> field);
    }

    private readonly struct SingleReader(TextFormat format) : IFieldReader<float>
    {
        public float Read(ReadOnlySpan<byte> field) =>
            field.IsEmpty ? (format.MissingRealsAsNaNs ? float.NaN : 0) : NumberText.ToSingle(field, format.DecimalMarker);
    }

    private readonly struct DoubleReader(TextFormat format) : IFieldReader<double>
    {
        public double Read(ReadOnlySpan<byte> field) =>
            field.IsEmpty ? (format.MissingRealsAsNaNs ? double.NaN : 0) : NumberText.ToDouble(field, format.DecimalMarker);
    }

    private readonly struct TextReader : IFieldReader<ReadOnlyMemory<char>>
    {
        public ReadOnlyMemory<char> Read(ReadOnlySpan<byte> field) => field.IsEmpty ? default : System.Text.Encoding.UTF8.GetString(field).AsMemory();
    }

    // The field counts from 0, the key from 1; what is out of range is the missing key.
    private readonly struct KeyReader<T>(ulong count, Func<ulong, T> toKey) : IFieldReader<T>
    {
        public T Read(ReadOnlySpan<byte> field) =>
            System.Buffers.Text.Utf8Parser.TryParse(field, out ulong value, out var used) && used == field.Length && value < count ? toKey(value + 1) : toKey(0);
    }

    // These types have no missing value that could stand for what is no value.
    private readonly struct OtherReader<T>(TextColumn column) : IFieldReader<T>
    {
        public T Read(ReadOnlySpan<byte> field)
        {
            if (field.IsEmpty)
                return default;
            Span<char> buffer = stackalloc char[64];
            ReadOnlySpan<char> text = field.Length <= buffer.Length
                ? buffer[..System.Text.Encoding.UTF8.GetChars(field, buffer)]
                : System.Text.Encoding.UTF8.GetString(field);
            return ItemConversion.TryParse<T>(text, out var value) ? value
                : throw new FormatException($"The column '{column.Name}' holds values of type {column.Kind}; '{text}' is none.");
        }
    }

    private sealed class Of<T, TReader>(TextColumn column, TReader reader) : TextColumnBuffer
        where TReader : struct, IFieldReader<T>
    {
        private readonly int[] _fields = column.Fields;
        private readonly int? _variableFrom = column.VariableFrom;
        private readonly bool _isVector = column.IsVector;
        private T[] _values = new T[1024];
        private int[] _rowEnds = [];
        private int _count;
        private int _rows;

        public override void Clear() => (_count, _rows) = (0, 0);

        public override void Add(in TextFields fields)
        {
            var size = _fields.Length + (_variableFrom is { } from ? Math.Max(0, fields.Count - from) : 0);
            while (_count + size > _values.Length)
                Array.Resize(ref _values, 2 * _values.Length);
            foreach (var field in _fields)
                _values[_count++] = reader.Read(fields[field]);
            if (_variableFrom is not { } first)
                return;
            for (var field = first; field < fields.Count; field++)
                _values[_count++] = reader.Read(fields[field]);
            if (_rows == _rowEnds.Length)
                Array.Resize(ref _rowEnds, Math.Max(256, 2 * _rows));
            _rowEnds[_rows++] = _count;
        }

        public override Delegate CreateGetter(int column, Func<TextBlock> block, Func<int> position)
        {
            if (!_isVector)
                return (ValueGetter<T>)((ref T value) => value = ((Of<T, TReader>)block().Buffers[column])._values[position()]);
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                var row = ((Of<T, TReader>)block().Buffers[column]).Row(position());
                var editor = VBufferEditor.Create(ref value, row.Length);
                row.CopyTo(editor.Values);
                value = editor.Commit();
            });
        }

        private ReadOnlySpan<T> Row(int row)
        {
            if (_variableFrom is null)
                return _values.AsSpan(row * _fields.Length, _fields.Length);
            var start = row == 0 ? 0 : _rowEnds[row - 1];
            return _values.AsSpan(start, _rowEnds[row] - start);
        }
    }
}
