using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A field or property of a user's class that can be a column.</summary>
internal sealed record UserMember(MemberInfo Member, string ColumnName, Type ValueType, DataViewType Type)
{
    public string Name => Member.Name;

    /// <summary>Returns the members of a class that are columns, base classes' first to last as reflection gives them.</summary>
    public static IEnumerable<UserMember> Of(Type userType, SchemaDefinition.Direction direction) =>
        Candidates(userType, direction).Select(pair => Create(pair.Member, pair.Type));

    /// <summary>Returns the value types of all public members by name, whether or not they make a column by themselves.</summary>
    public static Dictionary<string, (MemberInfo Member, Type Type)> ByName(Type userType) =>
        Candidates(userType, default).ToDictionary(pair => pair.Member.Name, pair => pair);

    public static bool IsVector(Type type, out Type itemType)
    {
        itemType = type.IsArray ? type.GetElementType()
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? type.GetGenericArguments()[0]
            : null;
        return itemType is not null;
    }

    private static IEnumerable<(MemberInfo Member, Type Type)> Candidates(Type userType, SchemaDefinition.Direction direction)
    {
        foreach (var field in userType.GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!field.IsDefined(typeof(NoColumnAttribute)) && !field.IsLiteral)
                yield return (field, field.FieldType);
        }

        foreach (var property in userType.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            var readable = property.GetMethod is { IsPublic: true } || !direction.HasFlag(SchemaDefinition.Direction.Read);
            var writable = property.SetMethod is { IsPublic: true } || !direction.HasFlag(SchemaDefinition.Direction.Write);
            if (readable && writable && property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(NoColumnAttribute)))
                yield return (property, property.PropertyType);
        }
    }

    private static UserMember Create(MemberInfo member, Type type)
    {
        var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
        var custom = member.GetCustomAttributes<DataViewTypeAttribute>().ToArray();
        foreach (var attribute in custom)
            attribute.Register();
        var isVector = IsVector(type, out var itemType);
        if (DataViewTypeManager.TypeOrNull(type, custom) is { } registered)
            return new UserMember(member, name, type, registered);

        PrimitiveDataViewType item = RawKinds.TypeOrNull(isVector ? itemType : type)
            ?? throw new ArgumentOutOfRangeException(
                "userType", $"Could not determine an IDataView type and registered custom types for member {member.Name} of {member.DeclaringType}: it is a {type}.");
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(item.RawType))
                throw new ArgumentException($"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type: {type}.");
            item = (key.Count ?? new KeyCount()).ToKeyType(item.RawType);
        }

        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vector is not null && !isVector)
            throw new ArgumentException($"Member {member.Name} marked with VectorType attribute, but does not appear to be a vector type: {type}.");
        return new UserMember(member, name, type, isVector ? new VectorDataViewType(item, vector?.Dimensions ?? [0]) : item);
    }
}
