namespace Microsoft.ML.Data;

/// <summary>The values behind the keys of a column, in the order of the keys.</summary>
internal abstract class KeyTerms
{
    public abstract PrimitiveDataViewType ItemType { get; }

    public abstract int Count { get; }

    public static KeyTerms Learn(IDataView data, DataViewSchema.Column column, int most, bool sorted, bool asText)
    {
        var item = ColumnMapper.ItemOf(column.Type);
        return Generic.Call<KeyTerms>(typeof(KeyTerms), nameof(LearnOf), [item.RawType], data, column, item, most, sorted, asText);
    }

    public static KeyTerms Load(BinaryReader reader)
    {
        var item = RawKinds.TypeOf((DataKind)reader.ReadByte());
        return Generic.Call<KeyTerms>(typeof(KeyTerms), nameof(LoadOf), [item.RawType], reader, item);
    }

    public abstract void Save(BinaryWriter writer);

    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column input);

    /// <summary>Adds the annotation that holds the values.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations);

    private static Of<T> LearnOf<T>(IDataView data, DataViewSchema.Column column, PrimitiveDataViewType item, int most, bool sorted, bool asText)
    {
        var values = column.Type is VectorDataViewType ? data.GetColumn<VBuffer<T>>(column).SelectMany(vector => vector.DenseValues()) : data.GetColumn<T>(column);
        var terms = values.Where(value => !IsMissing(value)).Distinct(EqualityOf<T>()).Take(most).ToArray();
        if (sorted)
            Array.Sort(terms, Order<T>());
        return new Of<T>(item, terms, asText);
    }

    private static Of<T> LoadOf<T>(BinaryReader reader, PrimitiveDataViewType item)
    {
        var asText = reader.ReadBoolean();
        var terms = new T[reader.ReadInt32()];
        for (var i = 0; i < terms.Length; i++)
            terms[i] = ColumnValue.ReadItem<T>(reader);
        return new Of<T>(item, terms, asText);
    }

    // NaN and the empty text are no values.
    private static bool IsMissing<T>(T value) =>
        value is float.NaN or double.NaN || (value is ReadOnlyMemory<char> text && text.Span.Trim().IsEmpty);

    private static IEqualityComparer<T> EqualityOf<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (IEqualityComparer<T>)(object)EqualityComparer<ReadOnlyMemory<char>>.Create(
            (left, right) => left.Span.SequenceEqual(right.Span), text => string.GetHashCode(text.Span))
        : EqualityComparer<T>.Default;

    private static Comparison<T> Order<T>() => typeof(T) == typeof(ReadOnlyMemory<char>)
        ? (Comparison<T>)(object)(Comparison<ReadOnlyMemory<char>>)((left, right) => left.Span.CompareTo(right.Span, StringComparison.Ordinal))
        : System.Collections.Generic.Comparer<T>.Default.Compare;

    private sealed class Of<T> : KeyTerms
    {
        private readonly T[] _terms;
        private readonly bool _asText;
        private readonly Dictionary<T, uint> _keys;

        public Of(PrimitiveDataViewType item, T[] terms, bool asText)
        {
            (ItemType, _terms, _asText) = (item, terms, asText);
            _keys = new Dictionary<T, uint>(terms.Length, EqualityOf<T>());
            foreach (var term in terms)
                _keys.Add(term, (uint)_keys.Count + 1);
        }

        public override PrimitiveDataViewType ItemType { get; }

        public override int Count => _terms.Length;

        public override void Save(BinaryWriter writer)
        {
            if (!RawKinds.TryGetKind(typeof(T), out var kind) || ItemType is KeyDataViewType)
                throw new NotSupportedException($"The stand-in cannot save a key mapping of {ItemType}.");
            writer.Write((byte)kind);
            writer.Write(_asText);
            writer.Write(_terms.Length);
            foreach (var term in _terms)
                ColumnValue.WriteItem(writer, term);
        }

        public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column input) =>
            ColumnMapper.ItemGetter<T, uint>(row, input, value => _keys.GetValueOrDefault(value));

        public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations)
        {
            if (_asText)
            {
                var convert = ItemConversion.Get<T, ReadOnlyMemory<char>>();
                Add(annotations, TextDataViewType.Instance, Array.ConvertAll(_terms, term => convert(term)));
            }
            else
            {
                Add(annotations, ItemType, _terms);
            }
        }

        private static void Add<TValue>(DataViewSchema.Annotations.Builder annotations, PrimitiveDataViewType item, TValue[] values)
        {
            var vector = new VBuffer<TValue>(values.Length, values);
            annotations.Add(
                AnnotationKinds.KeyValues, new VectorDataViewType(item, values.Length), (ref VBuffer<TValue> destination) => vector.CopyTo(ref destination));
        }
    }
}
