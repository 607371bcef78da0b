namespace Microsoft.ML.Data;

/// <summary>Keeps copies of one column's values in numbered slots.</summary>
internal abstract class SlotBuffer
{
    /// <summary>Makes a buffer that stores the values of <paramref name="column"/> at the row's position.</summary>
    public static SlotBuffer Create(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<SlotBuffer>(typeof(SlotBuffer), nameof(CreateOf), [column.Type.RawType], row, column);

    /// <summary>Copies the row's value into a slot; slots beyond the last are made.</summary>
    public abstract void Store(int slot);

    /// <summary>Ends storing: the row is no longer read.</summary>
    public abstract void Complete();

    /// <summary>Returns a getter of the slot that <paramref name="slot"/> names.</summary>
    public abstract Delegate CreateGetter(Func<int> slot);

    private static SlotBuffer CreateOf<T>(DataViewRow row, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { ItemType.RawType: var item }
            ? (SlotBuffer)Activator.CreateInstance(typeof(Vectors<>).MakeGenericType(item), row, column)
            : new Scalars<T>(row, column);

    private abstract class Of<T>(DataViewRow row, DataViewSchema.Column column) : SlotBuffer
    {
        private readonly List<T> _values = [];
        private ValueGetter<T> _source = row.GetGetter<T>(column);

        public override void Store(int slot)
        {
            while (_values.Count <= slot)
                _values.Add(default);
            var value = Reusable(_values[slot]);
            _source(ref value);
            _values[slot] = value;
        }

        public override void Complete()
        {
            _source = null;
            _values.TrimExcess();
        }

        public override Delegate CreateGetter(Func<int> slot) => (ValueGetter<T>)((ref T destination) => Copy(_values[slot()], ref destination));

        protected virtual T Reusable(T old) => old;

        protected virtual void Copy(T source, ref T destination) => destination = source;
    }

    private sealed class Scalars<T>(DataViewRow row, DataViewSchema.Column column) : Of<T>(row, column)
    {
        // An object in a slot may have been handed out: a new value never goes into it.
        protected override T Reusable(T old) => default;
    }

    private sealed class Vectors<T>(DataViewRow row, DataViewSchema.Column column) : Of<VBuffer<T>>(row, column)
    {
        protected override void Copy(VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
    }
}
