using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TinyLlm.Testing;

/// <summary>Writes the members of a type that its users or its heirs can see, one line each.</summary>
internal static class ApiMembers
{
    public const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private const string Indent = "    ";

    /// <summary>Gets the lines: enum values, or fields, constructors, properties, events, methods and operators, each sorted.</summary>
    public static IEnumerable<string> Of(Type type)
    {
        if (type.IsEnum)
            return type.GetFields(Declared).Where(field => field.IsLiteral).OrderBy(field => field.GetRawConstantValue())
                .Select(field => $"{Obsolete(field, Indent)}{Indent}{field.Name} = {field.GetRawConstantValue()},");

        var properties = type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen));
        var methods = type.GetMethods(Declared).Where(method => IsSeen(method) && !IsGenerated(method) && method.Name != "Finalize");
        return
        [
            .. Lines(type.GetFields(Declared).Where(field => IsSeen(field.Attributes, type)), Field),
            .. Lines(type.GetConstructors(Declared).Where(made => IsSeen(made) && !IsGenerated(made)),
                made => $"{Access(made)}{type.Name.Split('`')[0]}({Parameters(made.GetParameters())})"),
            .. Lines(properties.Where(property => !IsGenerated(property)), Property),
            .. Lines(type.GetEvents(Declared).Where(member => IsSeen(member.AddMethod!)),
                member => $"{Access(member.AddMethod!)}{Modifier(member.AddMethod!)}event {ApiNames.Of(member)} {member.Name}"),
            .. Lines(methods.Where(method => !method.IsSpecialName), Method),
            .. Lines(methods.Where(method => method.IsSpecialName && method.Name.StartsWith("op_", StringComparison.Ordinal)), Method),
        ];
    }

    public static string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        var passing = parameter.ParameterType.IsByRef
            ? parameter.IsOut ? "out " : Has<RequiresLocationAttribute>(parameter) ? "ref readonly " : parameter.IsIn ? "in " : "ref "
            : Has<ParamArrayAttribute>(parameter) || Has<ParamCollectionAttribute>(parameter) ? "params " : "";
        var extended = parameter.Position == 0 && parameter.Member.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : "";
        return $"{extended}{passing}{ApiNames.Of(parameter)} {parameter.Name}{value}";
    }));

    // A compiler feature also marks what it makes as obsolete, for the compilers that do not know it.
    public static string Obsolete(MemberInfo member, string indent) =>
        member.GetCustomAttribute<ObsoleteAttribute>() is { } obsolete && !member.IsDefined(typeof(CompilerFeatureRequiredAttribute))
            ? $"{indent}[Obsolete({Literal(obsolete.Message, typeof(string))})]\n"
            : "";

    private static IEnumerable<string> Lines<T>(IEnumerable<T> members, Func<T, string> write)
        where T : MemberInfo =>
        members.Select(member => (Text: write(member), Before: Obsolete(member, Indent))).OrderBy(line => line.Text, StringComparer.Ordinal)
            .Select(line => $"{line.Before}{Indent}{line.Text}{(line.Text.EndsWith('}') ? "" : ";")}");

    private static string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "public " : "protected ";
        var text = $"{(field.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}{ApiNames.Of(field)} {field.Name}";
        return field.IsLiteral
            ? $"{access}const {text} = {Literal(field.GetRawConstantValue(), field.FieldType)}"
            : $"{access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{text}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsSeen).ToArray();
        var first = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var index = property.GetIndexParameters();
        var name = index.Length > 0 ? $"this[{Parameters(index)}]" : property.Name;
        var bodies = accessors.Select(accessor =>
        {
            var kind = accessor == property.GetMethod ? "get"
                : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set";
            return $"{(first.IsPublic && !accessor.IsPublic ? "protected " : "")}{kind};";
        });
        return $"{Access(first)}{Modifier(first)}{required}{Reference(first)}{ApiNames.Of(property)} {name} "
            + $"{{ {string.Join(" ", bodies)} }}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(type => type.Name))}>" : "";
        var constraints = ApiNames.Constraints(method.IsGenericMethod ? method.GetGenericArguments() : []);
        return $"{Access(method)}{Modifier(method)}{Reference(method)}{ApiNames.Of(method.ReturnParameter)} "
            + $"{method.Name}{generic}({Parameters(method.GetParameters())}){constraints}";
    }

    private static string Reference(MethodInfo method) =>
        !method.ReturnType.IsByRef ? "" : Has<IsReadOnlyAttribute>(method.ReturnParameter) ? "ref readonly " : "ref ";

    private static string Access(MethodBase method) => method.DeclaringType!.IsInterface ? "" : method.IsPublic ? "public " : "protected ";

    private static string Modifier(MethodInfo method)
    {
        var isOverride = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return (method.IsStatic ? "static " : "") + method switch
        {
            { IsAbstract: true, IsStatic: false, DeclaringType.IsInterface: true } => "",
            { IsAbstract: true } => isOverride ? "abstract override " : "abstract ",
            { IsVirtual: true, IsFinal: true } => isOverride ? "sealed override " : "",
            { IsVirtual: true } => isOverride ? "override " : "virtual ",
            _ => "",
        };
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        char letter => $"'{letter}'",
        bool truth => truth ? "true" : "false",
        _ when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } named =>
            $"{named.Name}.{Enum.ToObject(named, value).ToString()!.Replace(", ", $" | {named.Name}.")}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsSeen(MethodBase method) =>
        IsSeen((FieldAttributes)(method.Attributes & MethodAttributes.MemberAccessMask), method.DeclaringType!);

    // Fields and methods share the bits that say who may see them.
    private static bool IsSeen(FieldAttributes attributes, Type type) => (attributes & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => true,
        FieldAttributes.Family or FieldAttributes.FamORAssem => !type.IsSealed,
        _ => false,
    };

    // What the compiler writes for a record says nothing that the word record does not.
    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute))
        || member is PropertyInfo { Name: "EqualityContract" } || member.Name.Contains('<', StringComparison.Ordinal);

    private static bool Has<T>(ParameterInfo parameter)
        where T : Attribute => parameter.IsDefined(typeof(T));
}
