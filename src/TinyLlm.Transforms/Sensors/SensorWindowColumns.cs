using Microsoft.ML;
using Microsoft.ML.Data;

namespace TinyLlm.Transforms;

/// <summary>The columns that windows are cut from and those that they have.</summary>
internal sealed class SensorWindowColumns
{
    /// <summary>The types of a time column.</summary>
    public const string Times = "number or time";

    private const string Stage = SensorWindowingEstimator.Stage;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SensorWindowColumns(DataViewSchema input, SensorWindowingOptions options)
    {
        Options = options;
        Values = input.Require(options.InputColumnName, Stage);
        ChannelCount = Values.Type switch
        {
            NumberDataViewType type when type.Equals(NumberDataViewType.Single) => 1,
            VectorDataViewType { Size: > 0 } type when type.ItemType.Equals(NumberDataViewType.Single) => type.Size,
            _ => throw SchemaChecks.WrongType(options.InputColumnName, Stage, SensorWindowingTransformer.Values, Values.Type.ToString()),
        };
        (Group, Label, Time) = (Find(options.GroupColumnName), Find(options.LabelColumnName), Find(options.TimeColumnName));
        if (Time is { } clock && !NumberGetter.CanRead(clock.Type))
            throw SchemaChecks.WrongType(clock.Name, Stage, Times, clock.Type.ToString());
        if ((long)options.Windows.Length * ChannelCount > Array.MaxLength / 4)
            throw new ArgumentOutOfRangeException(
                nameof(input), $"A window of {options.Windows.Length:N0} samples of {ChannelCount} channels does not fit into memory: the "
                + $"most values are {Array.MaxLength / 4:N0}.");

        var builder = new DataViewSchema.Builder();
        builder.AddColumn(
            options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, options.Windows.Length * ChannelCount));
        foreach (var column in new[] { Group, Label })
        {
            if (column is { } kept)
                builder.AddColumn(kept.Name, kept.Type, kept.Annotations);
        }

        OutputSchema = builder.ToSchema();

        DataViewSchema.Column? Find(string? name) => name is null ? null : Scalar(input.Require(name, Stage));
    }

    public SensorWindowingOptions Options { get; }

    public DataViewSchema OutputSchema { get; }

    public int ChannelCount { get; }

    public DataViewSchema.Column Values { get; }

    public DataViewSchema.Column? Group { get; }

    public DataViewSchema.Column? Label { get; }

    public DataViewSchema.Column? Time { get; }

    /// <summary>Gets what is read of the source.</summary>
    public IEnumerable<DataViewSchema.Column> Needed =>
        new[] { Values, Group, Label, Time }.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index);

    private static DataViewSchema.Column Scalar(DataViewSchema.Column column) =>
        column.Type is VectorDataViewType ? throw SchemaChecks.WrongType(column.Name, Stage, "a scalar", column.Type.ToString()) : column;
}
