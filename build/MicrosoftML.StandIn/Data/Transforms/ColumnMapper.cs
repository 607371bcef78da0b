namespace Microsoft.ML.Data;

/// <summary>One column made of one: what a one-to-one transformer does with each of its pairs.</summary>
internal sealed record ColumnMapping(DataViewSchema.DetachedColumn Output, DataViewSchema.Column Input, Func<DataViewRow, Delegate> CreateGetter);

/// <summary>Maps columns one to one.</summary>
internal sealed class ColumnMapper(DataViewSchema inputSchema, IEnumerable<ColumnMapping> mappings) : RowMapper(inputSchema)
{
    private readonly ColumnMapping[] _mappings = [.. mappings];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns => [.. _mappings.Select(mapping => mapping.Output)];

    public override IEnumerable<int> GetDependencies(int output) => [_mappings[output].Input.Index];

    public override Delegate CreateGetter(DataViewRow input, int output) => _mappings[output].CreateGetter(input);

    /// <summary>Returns a getter that converts every item of the input, scalar or vector.</summary>
    public static Delegate ItemGetter<TIn, TOut>(DataViewRow row, DataViewSchema.Column column, Func<TIn, TOut> convert) =>
        ItemGetter<TIn, TOut>(row, column, (value, _) => convert(value));

    /// <inheritdoc cref="ItemGetter{TIn, TOut}(DataViewRow, DataViewSchema.Column, Func{TIn, TOut})"/>
    public static Delegate ItemGetter<TIn, TOut>(DataViewRow row, DataViewSchema.Column column, Func<TIn, int, TOut> convert)
    {
        if (column.Type is not VectorDataViewType)
        {
            var scalars = row.GetGetter<TIn>(column);
            TIn scalar = default;
            return (ValueGetter<TOut>)((ref TOut value) =>
            {
                scalars(ref scalar);
                value = convert(scalar, 0);
            });
        }

        var vectors = row.GetGetter<VBuffer<TIn>>(column);
        VBuffer<TIn> source = default;
        VBuffer<TIn> dense = default;
        return (ValueGetter<VBuffer<TOut>>)((ref VBuffer<TOut> value) =>
        {
            vectors(ref source);
            source.CopyToDense(ref dense);
            var items = dense.GetValues();
            var editor = VBufferEditor.Create(ref value, items.Length);
            for (var i = 0; i < items.Length; i++)
                editor.Values[i] = convert(items[i], i);
            value = editor.Commit();
        });
    }

    /// <summary>Returns the type with the items exchanged and the dimensions kept.</summary>
    public static DataViewType WithItems(DataViewType type, PrimitiveDataViewType item) =>
        type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;

    public static PrimitiveDataViewType ItemOf(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type as PrimitiveDataViewType;
}
