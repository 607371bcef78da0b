using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(TypeConvertingTransformer), null, typeof(SignatureLoadModel), "Type conversion", TypeConvertingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="TypeConvertingEstimator"/>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ConvertTransform";

    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, DataKind kind, params (string Output, string Input)[] columns)
        : base(env.Register(LoaderSignature), columns) => _kind = kind;

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.Writer.Write((byte)_kind);
        SaveColumns(ctx);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) => new ColumnMapper(schema, ColumnPairs.Select(pair =>
    {
        var input = SchemaErrors.Find(schema, pair.inputColumnName);
        var (from, to) = (ColumnMapper.ItemOf(input.Type), RawKinds.TypeOf(_kind));
        if (from is null || !ItemConversion.Exists(from, to))
            throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, $"a type that converts to {to}", input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new ColumnMapping(
            new DataViewSchema.DetachedColumn(pair.outputColumnName, ColumnMapper.WithItems(input.Type, to), annotations.ToAnnotations()),
            input,
            row => Generic.Call<Delegate>(typeof(TypeConvertingTransformer), nameof(Getter), [from.RawType, to.RawType], row, input));
    }));

    private static TypeConvertingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        return new TypeConvertingTransformer(env, (DataKind)ctx.Reader.ReadByte(), LoadColumns(ctx));
    }

    private static Delegate Getter<TIn, TOut>(DataViewRow row, DataViewSchema.Column input) =>
        ColumnMapper.ItemGetter(row, input, ItemConversion.Get<TIn, TOut>());

    private static VersionInfo GetVersionInfo() =>
        new("CONVERTF", 0x00010001, 0x00010001, 0x00010001, typeof(TypeConvertingTransformer).Assembly.FullName, LoaderSignature);
}
