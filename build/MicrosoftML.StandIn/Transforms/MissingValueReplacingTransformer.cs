using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel), "Replace missing values", MissingValueReplacingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="MissingValueReplacingEstimator"/>
public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "NAReplaceTransform";

    private readonly double[][] _replacements;

    internal MissingValueReplacingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, double[][] replacements)
        : base(env.Register(LoaderSignature), columns) => _replacements = replacements;

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
        foreach (var replacement in _replacements)
        {
            ctx.Writer.Write(replacement.Length);
            foreach (var value in replacement)
                ctx.Writer.Write(value);
        }
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) =>
        new ColumnMapper(schema, ColumnPairs.Select((pair, index) =>
        {
            var input = SchemaErrors.Find(schema, pair.inputColumnName);
            var item = ColumnMapper.ItemOf(input.Type);
            var values = _replacements[index];
            if (item != NumberDataViewType.Single && item != NumberDataViewType.Double)
                throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, "Single or Double, scalar or vector", input.Type.ToString());
            if (values.Length > 1 && (input.Type as VectorDataViewType)?.Size != values.Length)
                throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, $"a vector of {values.Length}", input.Type.ToString());
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(input.Annotations, kind => kind is AnnotationKinds.SlotNames or AnnotationKinds.IsNormalized);
            return new ColumnMapping(
                new DataViewSchema.DetachedColumn(pair.outputColumnName, input.Type, annotations.ToAnnotations()),
                input,
                row => item == NumberDataViewType.Double
                    ? ColumnMapper.ItemGetter<double, double>(row, input, (value, slot) => double.IsNaN(value) ? At(values, slot) : value)
                    : ColumnMapper.ItemGetter<float, float>(row, input, (value, slot) => float.IsNaN(value) ? (float)At(values, slot) : value));
        }));

    private static double At(double[] values, int slot) => values.Length == 1 ? values[0] : values[slot];

    private static MissingValueReplacingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var columns = LoadColumns(ctx);
        return new MissingValueReplacingTransformer(env, columns, [.. columns.Select(_ =>
        {
            var values = new double[ctx.Reader.ReadInt32()];
            for (var i = 0; i < values.Length; i++)
                values[i] = ctx.Reader.ReadDouble();
            return values;
        })]);
    }

    private static VersionInfo GetVersionInfo() =>
        new("NAREP  F", 0x00010001, 0x00010001, 0x00010001, typeof(MissingValueReplacingTransformer).Assembly.FullName, LoaderSignature);
}
