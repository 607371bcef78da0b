using System.Reflection;

namespace TinyLlm.Testing;

/// <summary>Writes types the way C# does; a namespace is written unless it is one of the runtime's own.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new (Type Type, string Name)[]
    {
        (typeof(void), "void"), (typeof(object), "object"), (typeof(string), "string"), (typeof(bool), "bool"), (typeof(char), "char"),
        (typeof(sbyte), "sbyte"), (typeof(byte), "byte"), (typeof(short), "short"), (typeof(ushort), "ushort"), (typeof(int), "int"),
        (typeof(uint), "uint"), (typeof(long), "long"), (typeof(ulong), "ulong"), (typeof(nint), "nint"), (typeof(nuint), "nuint"),
        (typeof(float), "float"), (typeof(double), "double"), (typeof(decimal), "decimal"),
    }.ToDictionary(keyword => keyword.Type, keyword => keyword.Name);

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, new NullabilityInfoContext().Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, new NullabilityInfoContext().Create(field));

    public static string Of(EventInfo member) => Of(member.EventHandlerType!, new NullabilityInfoContext().Create(member));

    /// <summary>Gets the C# name of a type that is used, with <c>?</c> where <paramref name="nullability"/> says so.</summary>
    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, nullability);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return $"{Of(value, nullability?.GenericTypeArguments.FirstOrDefault())}?";

        // A value's state speaks of the value, and T is nullable only where it is written T?, which reflection cannot tell.
        var mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType && !type.IsGenericParameter ? "?" : "";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsPointer)
            return $"{Of(type.GetElementType()!)}*";
        if (type.IsGenericParameter)
            return type.Name;
        var name = Keywords.GetValueOrDefault(type) ?? Qualified(type, type.GetGenericArguments(), nullability?.GenericTypeArguments ?? []);
        return name + mark;
    }

    /// <summary>Gets the name of a type that is defined, with its type parameters and without its namespace.</summary>
    public static string Definition(Type type)
    {
        var outer = type.IsNested ? Definition(type.DeclaringType!) + "." : "";
        var parameters = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(Variance).ToArray();
        return outer + Bare(type) + (parameters.Length > 0 ? $"<{string.Join(", ", parameters)}>" : "");
    }

    /// <summary>Gets the <c>where</c> clauses of type parameters.</summary>
    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        var flags = parameter.GenericParameterAttributes;
        var isStruct = flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        var isUnmanaged = parameter.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "IsUnmanagedAttribute");
        List<string> clauses = [];
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            clauses.Add("class");
        if (isStruct)
            clauses.Add(isUnmanaged ? "unmanaged" : "struct");
        clauses.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(type => Of(type)));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
            clauses.Add("new()");
        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
            clauses.Add("allows ref struct");
        return clauses.Count > 0 ? $" where {parameter.Name} : {string.Join(", ", clauses)}" : "";
    }));

    private static string Variance(Type parameter) => parameter.GenericParameterAttributes switch
    {
        var flags when flags.HasFlag(GenericParameterAttributes.Covariant) => "out " + parameter.Name,
        var flags when flags.HasFlag(GenericParameterAttributes.Contravariant) => "in " + parameter.Name,
        _ => parameter.Name,
    };

    private static string Qualified(Type type, Type[] arguments, NullabilityInfo[] nullability)
    {
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var isOurs = type.Namespace is not (null or "System") && !type.Namespace.StartsWith("System.", StringComparison.Ordinal);
        var prefix = type.IsNested ? Qualified(type.DeclaringType!, arguments[..inherited], []) + "." : isOurs ? type.Namespace + "." : "";
        var own = arguments.Skip(inherited).Select((argument, i) => Of(argument, nullability.ElementAtOrDefault(inherited + i))).ToArray();
        return prefix + Bare(type) + (own.Length > 0 ? $"<{string.Join(", ", own)}>" : "");
    }

    private static string Bare(Type type) => type.Name.Split('`')[0];
}
