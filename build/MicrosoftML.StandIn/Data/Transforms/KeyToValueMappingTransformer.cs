using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "Key to value", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="KeyToValueMappingEstimator"/>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string Output, string Input)[] columns)
        : base(env.Register(LoaderSignature), columns)
    {
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => new ColumnMapper(schema, ColumnPairs.Select(pair =>
    {
        var input = SchemaErrors.Find(schema, pair.inputColumnName);
        if (ColumnMapper.ItemOf(input.Type) is not KeyDataViewType key)
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, "a key type", input.Type.ToString());
        if (input.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type is not VectorDataViewType values)
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, "a key type with key values", input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new ColumnMapping(
            new DataViewSchema.DetachedColumn(pair.outputColumnName, ColumnMapper.WithItems(input.Type, values.ItemType), annotations.ToAnnotations()),
            input,
            row => Generic.Call<Delegate>(typeof(KeyToValueMappingTransformer), nameof(Getter), [key.RawType, values.ItemType.RawType], row, input));
    }));

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new KeyToValueMappingTransformer(env, LoadColumns(ctx));
    }

    private static Delegate Getter<TKey, TValue>(DataViewRow row, DataViewSchema.Column input)
    {
        VBuffer<TValue> vector = default;
        input.GetKeyValues(ref vector);
        TValue[] values = [.. vector.DenseValues()];
        var missing = (TValue)(typeof(TValue) == typeof(float) ? float.NaN : typeof(TValue) == typeof(double) ? double.NaN : (object)default(TValue));
        var toIndex = ItemConversion.Get<TKey, ulong>();
        return ColumnMapper.ItemGetter<TKey, TValue>(row, input, key => toIndex(key) is var index && index > 0 && index <= (ulong)values.Length ? values[index - 1] : missing);
    }

    private static VersionInfo GetVersionInfo() =>
        new("KEY2VALT", 0x00010001, 0x00010001, 0x00010001, typeof(KeyToValueMappingTransformer).Assembly.FullName, LoaderSignature);
}
