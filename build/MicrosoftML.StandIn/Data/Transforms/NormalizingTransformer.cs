using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "Normalizer", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="NormalizingEstimator"/>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "Normalizer";

    private readonly Normalizer[] _normalizers;

    internal NormalizingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, Normalizer[] normalizers)
        : base(env.Register(LoaderSignature), columns) => _normalizers = normalizers;

    /// <summary>Returns the learned numbers of the <paramref name="index"/>th pair of columns.</summary>
    public NormalizerModelParametersBase GetNormalizerModelParameters(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _normalizers.Length);
        return _normalizers[index].ToModelParameters();
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
        foreach (var normalizer in _normalizers)
        {
            ctx.Writer.Write(normalizer.IsVector);
            ctx.Writer.Write(normalizer.IsDouble);
            ctx.Writer.Write(normalizer.Scale.Length);
            foreach (var value in normalizer.Scale.Concat(normalizer.Offset))
                ctx.Writer.Write(value);
        }
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) =>
        new ColumnMapper(schema, ColumnPairs.Select((pair, index) =>
        {
            var input = SchemaErrors.Find(schema, pair.inputColumnName);
            var normalizer = _normalizers[index];
            var expected = normalizer.IsDouble ? NumberDataViewType.Double : NumberDataViewType.Single;
            if (!expected.Equals(ColumnMapper.ItemOf(input.Type))
                || input.Type is VectorDataViewType != normalizer.IsVector
                || (input.Type is VectorDataViewType vector && vector.Size != normalizer.Scale.Length))
            {
                throw SchemaErrors.Mismatch(
                    "inputSchema", "input", input.Name, normalizer.IsVector ? $"Vector<{expected}, {normalizer.Scale.Length}>" : expected.ToString(), input.Type.ToString());
            }

            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
            return new ColumnMapping(
                new DataViewSchema.DetachedColumn(pair.outputColumnName, input.Type, annotations.ToAnnotations()),
                input,
                row => normalizer.IsDouble
                    ? ColumnMapper.ItemGetter<double, double>(row, input, (value, slot) => (value - normalizer.Offset[slot]) * normalizer.Scale[slot])
                    : ColumnMapper.ItemGetter<float, float>(row, input, (value, slot) => (float)((value - normalizer.Offset[slot]) * normalizer.Scale[slot])));
        }));

    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var columns = LoadColumns(ctx);
        return new NormalizingTransformer(env, columns, [.. columns.Select(_ =>
        {
            var (isVector, isDouble, size) = (ctx.Reader.ReadBoolean(), ctx.Reader.ReadBoolean(), ctx.Reader.ReadInt32());
            return new Normalizer(isVector, isDouble, ReadDoubles(size), ReadDoubles(size));
        })]);

        double[] ReadDoubles(int size) => [.. Enumerable.Range(0, size).Select(_ => ctx.Reader.ReadDouble())];
    }

    private static VersionInfo GetVersionInfo() =>
        new("NORMALZR", 0x00010001, 0x00010001, 0x00010001, typeof(NormalizingTransformer).Assembly.FullName, LoaderSignature);

    /// <summary>What a normalizer learned.</summary>
    public abstract class NormalizerModelParametersBase
    {
        private protected NormalizerModelParametersBase()
        {
        }
    }

    /// <summary>Scale and offset: <c>(x − offset) · scale</c>.</summary>
    public sealed class AffineNormalizerModelParameters<TData> : NormalizerModelParametersBase
    {
        internal AffineNormalizerModelParameters(TData scale, TData offset) => (Scale, Offset) = (scale, offset);

        public TData Scale { get; }

        public TData Offset { get; }
    }
}
