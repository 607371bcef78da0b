using System.Globalization;
using System.Reflection;

namespace MicrosoftML.StandIn.Tests.StandInOnly;

/// <summary>Renders types and members as the lines of <c>Api/microsoft-ml-5.0-api.txt</c>.</summary>
internal static class ApiLines
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Returns <c>T:name | kind</c>, without the assembly and the bases.</summary>
    public static string OfType(Type type) => $"T:{Name(type)} | {Visibility(type)} {Kind(type)}";

    public static IEnumerable<string> BasesOf(Type type)
    {
        if (type.BaseType is { } b && b != typeof(object))
            yield return Reference(b);

        foreach (var contract in type.GetInterfaces().Where(contract => contract.IsPublic || contract.IsNestedPublic))
            yield return Reference(contract);
    }

    /// <summary>Returns the lines of a type's own members whose visibility <paramref name="shows"/> accepts.</summary>
    public static IEnumerable<string> OfMembers(Type type, Func<string, bool> shows)
    {
        foreach (var field in type.GetFields(Declared))
        {
            if (shows(Visibility(field.Attributes & FieldAttributes.FieldAccessMask)) && !field.IsSpecialName && !field.Name.Contains('<'))
                yield return $"F:{Name(type)}.{field.Name} -> {Reference(field.FieldType)} | "
                    + $"{Visibility(field.Attributes & FieldAttributes.FieldAccessMask)}{Modifiers(field)}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = new[] { ("get", property.GetMethod), ("set", property.SetMethod) }
                .Where(pair => pair.Item2 is not null && shows(Visibility(pair.Item2)))
                .Select(pair => $"{pair.Item1}:{Visibility(pair.Item2!)}{(pair.Item2!.IsStatic && pair.Item1 == "get" ? " static" : "")}")
                .ToArray();
            if (accessors.Length > 0 && !property.Name.Contains('.'))
                yield return $"P:{Name(type)}.{property.Name}{Parameters(property.GetIndexParameters(), always: false)} -> "
                    + $"{Reference(property.PropertyType)} | {string.Join(' ', accessors)}";
        }

        foreach (var e in type.GetEvents(Declared).Where(e => shows(Visibility(e.AddMethod!))))
            yield return $"E:{Name(type)}.{e.Name} -> {Reference(e.EventHandlerType!)}";
        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && shows(Visibility(c))))
            yield return $"M:{Name(type)}.#ctor{Parameters(constructor.GetParameters(), always: true)} | {Visibility(constructor)}";
        foreach (var method in type.GetMethods(Declared)
            .Where(m => !m.IsSpecialName && !m.Name.Contains('.') && !m.Name.Contains('<') && shows(Visibility(m))))
        {
            var arity = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
            var modifiers = (method.IsStatic ? " static" : "")
                + (type.IsInterface ? "" : method.IsAbstract ? " abstract" : method.IsVirtual && !method.IsFinal ? " virtual" : "");
            yield return $"M:{Name(type)}.{method.Name}{arity}{Parameters(method.GetParameters(), always: true)} -> "
                + $"{Reference(method.ReturnType)} | {Visibility(method)}{modifiers}";
        }
    }

    /// <summary>Returns the name that a type's own line and its members' lines begin with: <c>A.B`1</c>.</summary>
    public static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    /// <summary>Returns the name by which a signature refers to a type: <c>A.B{System.Int32}</c>.</summary>
    public static string Reference(Type type)
    {
        if (type.IsByRef)
            return Reference(type.GetElementType()!) + "@";
        if (type.IsArray)
            return Reference(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        if (!type.IsGenericType)
            return Name(type);
        var name = string.Join('.', Name(type).Split('.').Select(part => part.Split('`')[0]));
        return $"{name}{{{string.Join(',', type.GetGenericArguments().Select(Reference))}}}";
    }

    public static string Visibility(Type type) =>
        type.IsPublic || type.IsNestedPublic ? "public" : type.IsNestedFamily ? "protected" : "internal";

    private static string Kind(Type type) =>
        type.IsInterface ? "interface"
        : type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";

    private static string Visibility(MethodBase method) =>
        Visibility((FieldAttributes)(int)(method.Attributes & MethodAttributes.MemberAccessMask));

    // The two enumerations number the visibilities alike.
    private static string Visibility(FieldAttributes access) => access switch
    {
        FieldAttributes.Public => "public",
        FieldAttributes.Family => "protected",
        FieldAttributes.FamORAssem => "protected internal",
        FieldAttributes.Assembly => "internal",
        FieldAttributes.FamANDAssem => "private protected",
        _ => "private",
    };

    private static string Modifiers(FieldInfo field) =>
        field.IsLiteral ? $" const={Constant(field.GetRawConstantValue(), quote: false)}"
        : (field.IsStatic ? " static" : "") + (field.IsInitOnly ? " readonly" : "");

    private static string Parameters(ParameterInfo[] parameters, bool always) =>
        parameters.Length == 0 && !always
            ? ""
            : $"({string.Join(',', parameters.Select(p => $"{Reference(p.ParameterType)} {p.Name}{Default(p)}"))})";

    private static string Default(ParameterInfo parameter) =>
        parameter.HasDefaultValue ? $"={Constant(parameter.RawDefaultValue, quote: true)}" : "";

    private static string Constant(object? value, bool quote) => value switch
    {
        null => "null",
        string text => quote ? $"\"{text}\"" : text,
        double.NegativeInfinity => "-Infinity",
        double.PositiveInfinity => "Infinity",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
