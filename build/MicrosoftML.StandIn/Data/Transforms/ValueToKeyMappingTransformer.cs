using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "Value to key", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="ValueToKeyMappingEstimator"/>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";

    private readonly KeyTerms[] _terms;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, KeyTerms[] terms)
        : base(env.Register(LoaderSignature), columns) => _terms = terms;

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        SaveColumns(ctx);
        foreach (var terms in _terms)
            terms.Save(ctx.Writer);
    }

    private protected override RowMapper MakeRowMapper(DataViewSchema schema) =>
        new ColumnMapper(schema, ColumnPairs.Select((pair, index) =>
        {
            var input = SchemaErrors.Find(schema, pair.inputColumnName);
            var terms = _terms[index];
            if (!terms.ItemType.Equals(ColumnMapper.ItemOf(input.Type)))
                throw SchemaErrors.Mismatch("inputSchema", "input", input.Name, terms.ItemType.ToString(), input.Type.ToString());
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
            terms.AddKeyValues(annotations);
            var key = new KeyDataViewType(typeof(uint), Math.Max(1, terms.Count));
            return new ColumnMapping(
                new DataViewSchema.DetachedColumn(pair.outputColumnName, ColumnMapper.WithItems(input.Type, key), annotations.ToAnnotations()),
                input,
                row => terms.CreateGetter(row, input));
        }));

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var columns = LoadColumns(ctx);
        return new ValueToKeyMappingTransformer(env, columns, [.. columns.Select(_ => KeyTerms.Load(ctx.Reader))]);
    }

    private static VersionInfo GetVersionInfo() =>
        new("TERMTRNF", 0x00010001, 0x00010001, 0x00010001, typeof(ValueToKeyMappingTransformer).Assembly.FullName, LoaderSignature);
}
