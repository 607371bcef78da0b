using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(TextLoader), null, typeof(SignatureLoadModel), "Text loader", TextLoader.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Reads rows from text files, such as comma-separated values.</summary>
/// <remarks>
/// Names in a header count from the first field. Where the header has fewer names than rows have fields, as in files whose first field is an
/// unnamed row number, each name stands one field too far to the left: give columns by index.
/// </remarks>
public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    internal const string LoaderSignature = "TextLoader";

    private readonly Options _options;
    private readonly TextFormat _format;
    private readonly TextColumn[] _columns;
    private readonly DataViewSchema _schema;

    internal TextLoader(Options options, IMultiStreamSource dataSample)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _format = new TextFormat(options);
        var needsHead = options.HasHeader || options.HeaderFile is not null
            || options.Columns?.Any(column => column.Source?.Any(range => range.AutoEnd && range.Max is null) == true) == true;
        var head = needsHead ? TextHead.Read(dataSample, _format, options.HasHeader, options.HeaderFile) : TextHead.Empty;
        _columns = TextColumn.Resolve(options, options.InputSize ?? head.FieldCount);
        _schema = ToSchema(_columns, head.Header);
    }

    private TextLoader(Options options, TextColumn[] columns, DataViewSchema schema) =>
        (_options, _format, _columns, _schema) = (options, new TextFormat(options), columns, schema);

    public DataViewSchema GetOutputSchema() => _schema;

    /// <summary>Returns the rows of the files; nothing is read before a cursor asks.</summary>
    public IDataView Load(IMultiStreamSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new TextDataView(source, _format, _columns, _schema, _options);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        TextLoaderSerializer.Write(ctx.Writer, _options, _columns);
        ctx.SaveBinaryStream("Schema.bin", writer => SchemaSerializer.Write(new MLContext(0), _schema, writer.BaseStream));
    }

    private static TextLoader Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(GetVersionInfo());
        DataViewSchema schema = null;
        if (!ctx.TryLoadBinaryStream("Schema.bin", reader => schema = SchemaSerializer.Read(reader.BaseStream)))
            throw new FormatException("The text loader's schema is missing.");
        var (options, columns) = TextLoaderSerializer.Read(ctx.Reader, schema);
        return new TextLoader(options, columns, schema);
    }

    private static VersionInfo GetVersionInfo() =>
        new("TXTLOADR", 0x00010001, 0x00010001, 0x00010001, typeof(TextLoader).Assembly.FullName, LoaderSignature);

    // The slots of a vector are named after their fields where the header names them.
    private static DataViewSchema ToSchema(TextColumn[] columns, string[] header)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
        {
            DataViewSchema.Annotations annotations = null;
            if (column.Type is VectorDataViewType { IsKnownSize: true } && column.Fields.Any(field => field < header.Length && header[field].Length > 0))
            {
                ReadOnlyMemory<char>[] names = [.. column.Fields.Select(field => field < header.Length ? header[field].AsMemory() : default)];
                annotations = AnnotationKinds.NameSlots(new VBuffer<ReadOnlyMemory<char>>(names.Length, names));
            }

            builder.AddColumn(column.Name, column.Type, annotations);
        }

        return builder.ToSchema();
    }
}
