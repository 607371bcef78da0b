using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a user's class, and the column that it stands for.</summary>
internal sealed record BoundColumn(MemberInfo Member, Type MemberType, string Name, DataViewType Type, DataViewSchema.Annotations Annotations)
{
    /// <summary>Binds the columns of a definition, or of the class itself, to its members.</summary>
    public static BoundColumn[] Bind(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction)
    {
        definition ??= SchemaDefinition.Create(userType, direction);
        var members = UserMember.ByName(userType);
        return [.. definition.Select(column =>
        {
            if (column.MemberName is null || !members.TryGetValue(column.MemberName, out var member))
                throw new ArgumentException($"{userType} has no public field or property '{column.MemberName}' for the column '{column.ColumnName}'.");
            return new BoundColumn(member.Member, member.Type, column.ColumnName ?? column.MemberName, column.ColumnType, column.Annotations);
        })];
    }

    public static DataViewSchema ToSchema(IEnumerable<BoundColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>Returns a <see cref="ValueGetter{TValue}"/> that reads the member of the current object.</summary>
    public Delegate CreateGetter<TRow>(Func<TRow> current)
    {
        var convert = UserValue.ConverterTo(MemberType, Type.RawType, Type)
            ?? throw new InvalidOperationException($"The member '{Member.Name}' is a {MemberType}, and the column '{Name}' of type {Type} cannot be made of it.");
        return Generic.Call<Delegate>(typeof(BoundColumn), nameof(Getter), [typeof(TRow), MemberType, Type.RawType], current, Peek(typeof(TRow)), convert);
    }

    /// <summary>Returns an action that puts the column's value at the current row into the member.</summary>
    public Action<TRow> CreateSetter<TRow>(DataViewRow row, DataViewSchema.Column column, bool reuse)
    {
        var convert = UserValue.ConverterFrom(column.Type.RawType, MemberType)
            ?? throw new InvalidOperationException(
                $"Can't bind the IDataView column '{Name}' of type '{column.Type}' to field or property '{Member.Name}' of type '{MemberType}'.");
        return Generic.Call<Action<TRow>>(
            typeof(BoundColumn), nameof(Setter), [typeof(TRow), MemberType, column.Type.RawType], row, column, convert, Peek(typeof(TRow)), Poke(typeof(TRow)), reuse);
    }

    private static ValueGetter<TRaw> Getter<TRow, TMember, TRaw>(Func<TRow> current, Func<TRow, TMember> peek, ToColumn<TMember, TRaw> convert) =>
        (ref TRaw value) => convert(peek(current()), ref value);

    private static Action<TRow> Setter<TRow, TMember, TRaw>(
        DataViewRow row, DataViewSchema.Column column, FromColumn<TRaw, TMember> convert, Func<TRow, TMember> peek, Action<TRow, TMember> poke, bool reuse)
    {
        var getter = row.GetGetter<TRaw>(column);
        TRaw buffer = default;
        return target =>
        {
            getter(ref buffer);
            poke(target, convert(in buffer, reuse && peek is not null ? peek(target) : default));
        };
    }

    private Delegate Peek(Type rowType)
    {
        if (Member is PropertyInfo { GetMethod: null })
            return null;
        var row = Expression.Parameter(rowType);
        return Expression.Lambda(Expression.MakeMemberAccess(row, Member), row).Compile();
    }

    private Delegate Poke(Type rowType)
    {
        var row = Expression.Parameter(rowType);
        var value = Expression.Parameter(MemberType);
        var action = typeof(Action<,>).MakeGenericType(rowType, MemberType);
        return Expression.Lambda(action, Expression.Assign(Expression.MakeMemberAccess(row, Member), value), row, value).Compile();
    }
}
