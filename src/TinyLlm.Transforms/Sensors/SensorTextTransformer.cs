using System.Collections.Immutable;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TinyLlm.Transforms;

[assembly: LoadableClass(
    typeof(SensorTextTransformer), null, typeof(SignatureLoadModel), "Sensor text", SensorTextTransformer.LoaderSignature)]

namespace TinyLlm.Transforms;

/// <summary>Writes windows of sensor values as text.</summary>
public sealed class SensorTextTransformer : RowTransformer
{
    internal const string LoaderSignature = "TinyLlmSensorText";
    internal const string WindowType = "known-size vector of Single";

    private const string BinsStream = "Bins.json";

    private readonly SensorTextOptions _options;
    private readonly SensorTemplate? _template;

    internal SensorTextTransformer(SensorTextOptions options, SensorBins? bins)
    {
        (_options, Bins) = (options, bins);
        _template = options.Template is { } template ? new SensorTemplate(template) : null;
    }

    /// <summary>Gets the bins that were learned, with what each symbol means; null where a template writes.</summary>
    public SensorBins? Bins { get; }

    /// <summary>Returns the column of the windows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or of another type or size.</exception>
    internal static DataViewSchema.Column Windows(DataViewSchema schema, SensorTextOptions options)
    {
        var column = schema.Require(options.InputColumnName, SensorTextEstimator.Stage);
        if (column.Type is not VectorDataViewType { Size: > 0 } vector || !vector.ItemType.Equals(NumberDataViewType.Single))
            throw SchemaChecks.WrongType(column.Name, SensorTextEstimator.Stage, WindowType, column.Type.ToString());
        return vector.Size % options.ChannelCount == 0 ? column : throw new ArgumentOutOfRangeException(
            nameof(schema),
            $"Column '{column.Name}' has {vector.Size} values, which is no multiple of the {options.ChannelCount} channels "
            + $"that {SensorTextEstimator.Stage} names.");
    }

    private protected override ComputedColumnsMapper Bind(DataViewSchema inputSchema) =>
        new Mapper(inputSchema, Windows(inputSchema, _options), _options, Bins?.ReservedTokens ?? [], (window, text) =>
        {
            if (Bins is not null)
                Bins.Format(window.Span, text);
            else
                _template!.Format(window.Span, text);
        });

    private protected override void Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveNonEmptyString(SavedJson.Write(_options));
        if (Bins is not null)
            ctx.SaveTextStream(BinsStream, writer => writer.Write(Bins.ToJson()));
    }

    private static SensorTextTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        var options = SavedJson.Read<SensorTextOptions>(ctx.LoadNonEmptyString())
            ?? throw new FormatException("The saved pipeline lacks the settings of its sensor text.");
        SensorBins? bins = null;
        ctx.TryLoadTextStream(BinsStream, reader => bins = SensorBins.FromJson(reader.ReadToEnd()));
        return options.Bins is null == bins is null
            ? new SensorTextTransformer(options, bins)
            : throw new FormatException($"The saved pipeline lacks '{BinsStream}'.");
    }

    private static VersionInfo GetVersionInfo() => ModelVersions.First("TLMSNTXT", LoaderSignature);

    private sealed class Mapper(
        DataViewSchema inputSchema, DataViewSchema.Column windows, SensorTextOptions options, ImmutableArray<string> reserved,
        Action<ReadOnlyMemory<float>, StringBuilder> write)
        : ComputedColumnsMapper(inputSchema, [windows], [ReservedTokensAnnotation.TextColumn(options.OutputColumnName, reserved)])
    {
        public override RowValues Compute(DataViewRow input) =>
            new Values(new WindowReader(input, windows, options), write);
    }

    private sealed class Values(WindowReader windows, Action<ReadOnlyMemory<float>, StringBuilder> write) : RowValues
    {
        private readonly StringBuilder _text = new();

        public override Delegate CreateGetter(int output) => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            _text.Clear();
            write(windows.Next(), _text);
            value = _text.ToString().AsMemory();
        });
    }
}
