using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "Concatenate columns", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Joins columns of one item type, scalars and vectors, into a vector.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal const string LoaderSignature = "ConcatTransform";

    private readonly string _output;
    private readonly string[] _inputs;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
        : base(env.Register(LoaderSignature)) => (_output, _inputs) = (outputColumnName, inputColumnNames);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(_output);
        ctx.Writer.Write(_inputs.Length);
        foreach (var input in _inputs)
            ctx.SaveNonEmptyString(input);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema)
    {
        var inputs = _inputs.Select(name => SchemaErrors.Find(schema, name)).ToArray();
        var item = ColumnMapper.ItemOf(inputs[0].Type);
        foreach (var input in inputs)
        {
            if (item is null or KeyDataViewType || !item.Equals(ColumnMapper.ItemOf(input.Type)))
                throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, item?.ToString() ?? "a primitive type", input.Type.ToString());
        }

        return Generic.Call<RowMapper>(typeof(ColumnConcatenatingTransformer), nameof(CreateMapper), [item.RawType], schema, _output, inputs, item);
    }

    private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var output = ctx.LoadNonEmptyString();
        var inputs = new string[ctx.Reader.ReadInt32()];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = ctx.LoadNonEmptyString();
        return new ColumnConcatenatingTransformer(env, output, inputs);
    }

    private static Mapper<T> CreateMapper<T>(DataViewSchema schema, string output, DataViewSchema.Column[] inputs, PrimitiveDataViewType item) =>
        new(schema, output, inputs, item);

    private static VersionInfo GetVersionInfo() =>
        new("CONCATFN", 0x00010001, 0x00010001, 0x00010001, typeof(ColumnConcatenatingTransformer).Assembly.FullName, LoaderSignature);

    private sealed class Mapper<T> : RowMapper
    {
        private readonly DataViewSchema.Column[] _inputs;

        public Mapper(DataViewSchema schema, string output, DataViewSchema.Column[] inputs, PrimitiveDataViewType item)
            : base(schema)
        {
            _inputs = inputs;
            var isKnownSize = inputs.All(input => input.Type is not VectorDataViewType { IsKnownSize: false });
            var size = isKnownSize ? inputs.Sum(input => (input.Type as VectorDataViewType)?.Size ?? 1) : 0;
            var annotations = new DataViewSchema.Annotations.Builder();
            if (isKnownSize && inputs.Any(input => input.Type is not VectorDataViewType || input.HasSlotNames()))
                annotations.Add(AnnotationKinds.NameSlots(SlotNames(inputs, size)), _ => true);
            if (inputs.All(input => input.IsNormalized()))
                annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            OutputColumns = [new DataViewSchema.DetachedColumn(output, new VectorDataViewType(item, size), annotations.ToAnnotations())];
        }

        public override IReadOnlyList<DataViewSchema.DetachedColumn> OutputColumns { get; }

        public override IEnumerable<int> GetDependencies(int output) => _inputs.Select(input => input.Index);

        public override Delegate CreateGetter(DataViewRow input, int output)
        {
            var scalars = new ValueGetter<T>[_inputs.Length];
            var vectors = new ValueGetter<VBuffer<T>>[_inputs.Length];
            var buffers = new VBuffer<T>[_inputs.Length];
            for (var i = 0; i < _inputs.Length; i++)
            {
                if (_inputs[i].Type is VectorDataViewType)
                    vectors[i] = input.GetGetter<VBuffer<T>>(_inputs[i]);
                else
                    scalars[i] = input.GetGetter<T>(_inputs[i]);
            }

            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                var length = 0;
                for (var i = 0; i < vectors.Length; i++)
                {
                    vectors[i]?.Invoke(ref buffers[i]);
                    length += vectors[i] is null ? 1 : buffers[i].Length;
                }

                var editor = VBufferEditor.Create(ref value, length);
                var at = 0;
                for (var i = 0; i < vectors.Length; i++)
                {
                    if (vectors[i] is null)
                    {
                        scalars[i](ref editor.Values[at++]);
                        continue;
                    }

                    buffers[i].CopyTo(editor.Values, at);
                    at += buffers[i].Length;
                }

                value = editor.Commit();
            });
        }

        // A scalar gives its own name; a named slot of a vector stands behind the vector's name.
        private static VBuffer<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column[] inputs, int size)
        {
            var names = new ReadOnlyMemory<char>[size];
            var at = 0;
            foreach (var input in inputs)
            {
                if (input.Type is not VectorDataViewType vector)
                {
                    names[at++] = input.Name.AsMemory();
                    continue;
                }

                if (input.HasSlotNames())
                {
                    VBuffer<ReadOnlyMemory<char>> slots = default;
                    input.GetSlotNames(ref slots);
                    foreach (var (index, slot) in slots.Items())
                    {
                        if (!slot.IsEmpty)
                            names[at + index] = $"{input.Name}.{slot}".AsMemory();
                    }
                }

                at += vector.Size;
            }

            return new VBuffer<ReadOnlyMemory<char>>(size, names);
        }
    }
}
