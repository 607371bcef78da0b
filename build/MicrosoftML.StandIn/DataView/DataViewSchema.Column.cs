namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>A column of a schema.</summary>
    public readonly struct Column
    {
        internal Column(string name, int index, bool isHidden, Data.DataViewType type, Annotations annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            Annotations = annotations;
        }

        public string Name { get; }

        public int Index { get; }

        /// <summary>Gets whether a later column has the same name.</summary>
        public bool IsHidden { get; }

        public Data.DataViewType Type { get; }

        public Annotations Annotations { get; }

        public override string ToString() => $"{Name}: {Type}{(Annotations is { Schema.Count: > 0 } ? $" {Annotations}" : "")}";
    }

    /// <summary>A column that belongs to no schema yet.</summary>
    public struct DetachedColumn
    {
        public DetachedColumn(string name, Data.DataViewType type, Annotations annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(type);
            Name = name;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        public DetachedColumn(Column column)
            : this(column.Name, column.Type, column.Annotations)
        {
        }

        public string Name { get; }

        public Data.DataViewType Type { get; }

        public Annotations Annotations { get; }
    }

    /// <summary>Makes a schema column by column.</summary>
    public sealed class Builder
    {
        private readonly List<DetachedColumn> _columns = [];

        public void AddColumn(string name, Data.DataViewType type, Annotations annotations = null) =>
            _columns.Add(new DetachedColumn(name, type, annotations));

        public void AddColumns(IEnumerable<DetachedColumn> source) => _columns.AddRange(source);

        public void AddColumns(IEnumerable<Column> source) => _columns.AddRange(source.Select(column => new DetachedColumn(column)));

        public DataViewSchema ToSchema() => new(_columns);
    }
}
