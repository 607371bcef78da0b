namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>What is known of a column besides its type: slot names, key values, and whatever a library adds.</summary>
    public sealed partial class Annotations
    {
        private readonly (string Name, Data.DataViewType Type, Delegate Getter, Annotations Annotations)[] _values;

        private Annotations((string Name, Data.DataViewType Type, Delegate Getter, Annotations Annotations)[] values)
        {
            _values = values;
            var builder = new DataViewSchema.Builder();
            foreach (var value in values)
                builder.AddColumn(value.Name, value.Type, value.Annotations);
            Schema = builder.ToSchema();
        }

        /// <summary>Gets the annotations of a column that has none.</summary>
        public static Annotations Empty { get; } = new([]);

        /// <summary>Gets the kinds of annotation as a schema: one column each.</summary>
        public DataViewSchema Schema { get; }

        /// <summary>Returns the getter of one annotation.</summary>
        /// <exception cref="ArgumentException">The column is not of <see cref="Schema"/>.</exception>
        /// <exception cref="InvalidOperationException"><typeparamref name="TValue"/> is not the annotation's raw type.</exception>
        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            if ((uint)column.Index >= (uint)_values.Length || _values[column.Index].Name != column.Name)
                throw new ArgumentException($"The annotation '{column.Name}' does not belong to this column.", nameof(column));
            return _values[column.Index].Getter as ValueGetter<TValue>
                ?? throw new InvalidOperationException(
                    $"Invalid call to '{nameof(GetGetter)}': '{column.Name}' is {_values[column.Index].Type.RawType}, not {typeof(TValue)}.");
        }

        /// <summary>Fetches the annotation of that kind.</summary>
        /// <exception cref="InvalidOperationException">There is none, or it is of another type.</exception>
        public void GetValue<TValue>(string kind, ref TValue value)
        {
            var column = Schema.GetColumnOrNull(kind) ?? throw new InvalidOperationException($"Invalid call to {nameof(GetValue)}: no annotation '{kind}'.");
            GetGetter<TValue>(column)(ref value);
        }

        public override string ToString() => string.Join(", ", Schema.Select(column => column.Name));

        internal Delegate GetGetterInternal(int index) => _values[index].Getter;

        /// <summary>Collects annotations.</summary>
        public sealed class Builder
        {
            private readonly List<(string Name, Data.DataViewType Type, Delegate Getter, Annotations Annotations)> _items = [];

            /// <summary>Adds the annotations whose kind <paramref name="selector"/> accepts.</summary>
            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                ArgumentNullException.ThrowIfNull(selector);
                if (annotations is not null)
                    _items.AddRange(annotations._values.Where(item => selector(item.Name)));
            }

            /// <summary>Adds an annotation whose getter is a <see cref="ValueGetter{TValue}"/> of the type's raw type.</summary>
            public void Add(string name, Data.DataViewType type, Delegate getter, Annotations annotations = null)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                ArgumentNullException.ThrowIfNull(type);
                ArgumentNullException.ThrowIfNull(getter);
                if (getter.GetType() != typeof(ValueGetter<>).MakeGenericType(type.RawType))
                    throw new ArgumentException($"The getter of '{name}' must be ValueGetter<{type.RawType}>, not {getter.GetType()}.", nameof(getter));
                _items.Add((name, type, getter, annotations ?? Empty));
            }

            public void Add<TValue>(string name, Data.DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null) =>
                Add(name, type, (Delegate)getter, annotations);

            public void AddPrimitiveValue<TValue>(string name, Data.PrimitiveDataViewType type, TValue value, Annotations annotations = null) =>
                Add(name, type, (Delegate)(ValueGetter<TValue>)((ref TValue destination) => destination = value), annotations);

            public Annotations ToAnnotations() => _items.Count == 0 ? Empty : new Annotations([.. _items]);
        }
    }
}
