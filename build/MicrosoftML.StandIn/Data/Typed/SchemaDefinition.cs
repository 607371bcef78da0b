namespace Microsoft.ML.Data;

/// <summary>Which members of a class are columns, and of which type; made from the class and then, where need be, changed.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>Whether values are taken from objects, put into them, or both.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    /// <summary>Gets or sets the column of that name.</summary>
    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName) ?? throw new ArgumentOutOfRangeException(nameof(columnName), $"Column '{columnName}' not found");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
                throw new ArgumentOutOfRangeException(nameof(columnName), $"Column '{columnName}' not found");
            base[index] = value;
        }
    }

    /// <summary>Returns the definition that the class's own members and attributes make.</summary>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        var definition = new SchemaDefinition();
        foreach (var member in UserMember.Of(userType, direction))
        {
            if (definition.Exists(column => column.ColumnName == member.ColumnName))
                throw new ArgumentOutOfRangeException(nameof(userType), $"Duplicate column name '{member.ColumnName}' detected in {userType}.");
            definition.Add(new Column(member.Name, member.ColumnName, member.Type));
        }

        return definition;
    }

    /// <summary>A member that is a column.</summary>
    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, string columnName, DataViewType columnType)
        {
            MemberName = memberName;
            ColumnName = columnName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        /// <summary>Adds an annotation that the column will carry.</summary>
        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType) =>
            _annotations.Add(kind, annotationType, UserValue.ToGetter(value, annotationType));
    }
}
