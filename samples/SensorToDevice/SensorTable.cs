using Microsoft.ML;
using Microsoft.ML.Data;

namespace SensorToDevice;

/// <summary>The rows of a file, as ML.NET's loader reads them, and which of them are kept to test on.</summary>
internal sealed class SensorTable
{
    private readonly MLContext _mlContext;

    private SensorTable(MLContext mlContext, string[] channels, int samples, SensorRow[] rows, int incomplete) =>
        (_mlContext, Channels, Samples, Rows, Incomplete) = (mlContext, channels, samples, rows, incomplete);

    public string[] Channels { get; }

    /// <summary>Gets the samples of each channel in one row.</summary>
    public int Samples { get; }

    public SensorRow[] Rows { get; }

    /// <summary>Gets the rows that were left out because a number or the label is missing.</summary>
    public int Incomplete { get; }

    public static SensorTable Load(MLContext mlContext, string path, Settings settings)
    {
        var columns = CsvColumns.Read(path);
        var channels = columns.Channels(settings.Features, settings.Label, settings.Group);
        if (channels.Length == 0)
            throw new ArgumentException($"{path} has no column of numbers besides '{settings.Label}': name some with --features.");
        if (channels.Any(channel => channel.Columns.Length != channels[0].Columns.Length))
        {
            var samples = channels.Select(channel => $"{channel.Name} {channel.Columns.Length}");
            throw new ArgumentException($"The channels have different numbers of samples: {string.Join(", ", samples)}.");
        }

        List<TextLoader.Column> read =
        [
            new(
                nameof(SensorRow.Values),
                DataKind.Single,
                [.. channels.SelectMany(channel => channel.Columns).Select(index => new TextLoader.Range(index) { ForceVector = true })]),
            new(nameof(SensorRow.Label), DataKind.String, columns[settings.Label]),
        ];
        if (settings.Group is not null)
            read.Add(new(nameof(SensorRow.Group), DataKind.String, columns[settings.Group]));
        var data = mlContext.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Columns = [.. read],
            Separators = [columns.Separator],
            HasHeader = true,
            AllowQuoting = true,
            ReadMultilines = true,
        });
        var all = mlContext.Data.CreateEnumerable<SensorRow>(data, reuseRowObject: false, ignoreMissingColumns: true).ToArray();
        var rows = all.Where(row => row.Label.Length > 0 && Array.TrueForAll(row.Values, float.IsFinite)).ToArray();
        var run = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            run += i > 0 && (rows[i].Label, rows[i].Group) != (rows[i - 1].Label, rows[i - 1].Group) ? 1 : 0;
            rows[i].Run = $"{run}";
        }

        return new SensorTable(
            mlContext, [.. channels.Select(channel => channel.Name)], channels[0].Columns.Length, rows, all.Length - rows.Length);
    }

    /// <summary>Returns the rows to learn from and those to test on.</summary>
    public (SensorRow[] Train, SensorRow[] Test) Split(HoldOut holdOut)
    {
        var test = holdOut switch
        {
            HoldOut.Groups => OfLastGroups(),
            HoldOut.Labels => Rows.GroupBy(row => row.Label).SelectMany(rows => LastFifth(rows.ToArray())).ToHashSet(),
            _ => LastFifth(Rows).ToHashSet(),
        };
        return ([.. Rows.Where(row => !test.Contains(row))], [.. Rows.Where(test.Contains)]);
    }

    /// <summary>Returns rows as ML.NET reads them, with vectors of a known size.</summary>
    public IDataView View(IEnumerable<SensorRow> rows)
    {
        var schema = SchemaDefinition.Create(typeof(SensorRow));
        schema[nameof(SensorRow.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Channels.Length * Samples);
        return _mlContext.Data.LoadFromEnumerable(rows, schema);
    }

    private HashSet<SensorRow> OfLastGroups()
    {
        var groups = Rows.Select(row => row.Group).Distinct().ToArray();
        var last = LastFifth(groups).ToHashSet();
        return groups.Length > 1
            ? [.. Rows.Where(row => last.Contains(row.Group))]
            : throw new ArgumentException($"There is one group only, '{groups.FirstOrDefault()}': none can be held out.");
    }

    private static T[] LastFifth<T>(T[] items) => items[^((items.Length + 4) / 5)..];
}
