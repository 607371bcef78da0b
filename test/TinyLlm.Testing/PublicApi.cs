using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TinyLlm.Testing;

/// <summary>Renders what an assembly offers its users as stable, C#-like text, so that a change of it shows in a review.</summary>
internal static class PublicApi
{
    /// <summary>Gets the text of all visible types of an assembly, sorted by name; no other assembly is named in it.</summary>
    public static string Render(Assembly assembly) =>
        Render(assembly.GetTypes().Where(type => type.IsVisible || IsVisibleToHeirs(type)), assembly.GetName().Name!);

    /// <summary>Gets the text of <paramref name="types"/>, sorted by name, under a title.</summary>
    public static string Render(IEnumerable<Type> types, string title)
    {
        var text = new StringBuilder($"// {title}\n");
        foreach (var ofNamespace in types.GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"\nnamespace {ofNamespace.Key ?? "(global)"}\n");
            foreach (var type in ofNamespace.OrderBy(type => type.FullName, StringComparer.Ordinal))
                AppendType(text, type);
        }

        return text.ToString();
    }

    private static bool IsVisibleToHeirs(Type type) =>
        type is { IsNestedFamily: true } or { IsNestedFamORAssem: true }
        && !type.DeclaringType!.IsSealed && (type.DeclaringType.IsVisible || IsVisibleToHeirs(type.DeclaringType));

    private static void AppendType(StringBuilder text, Type type)
    {
        text.Append('\n').Append(ApiMembers.Obsolete(type, ""));
        if (typeof(Delegate).IsAssignableFrom(type) && !type.IsAbstract)
        {
            var invoke = type.GetMethod("Invoke")!;
            text.Append($"{Visibility(type)} delegate {ApiNames.Of(invoke.ReturnParameter)} {ApiNames.Definition(type)}");
            text.Append($"({ApiMembers.Parameters(invoke.GetParameters())}){ApiNames.Constraints(type.GetGenericArguments())};\n");
            return;
        }

        text.Append($"{Visibility(type)} {Kind(type)} {ApiNames.Definition(type)}");
        var bases = Bases(type).ToArray();
        text.Append(bases.Length > 0 ? $" : {string.Join(", ", bases)}" : "").Append(ApiNames.Constraints(type.GetGenericArguments()));
        text.Append("\n{\n");
        foreach (var member in ApiMembers.Of(type))
            text.Append(member).Append('\n');
        text.Append("}\n");
    }

    private static string Visibility(Type type) => type.IsVisible ? "public" : "protected";

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        var isRecord = type.GetMethod(type.IsValueType ? "PrintMembers" : "<Clone>$", ApiMembers.Declared) is not null;
        if (type.IsValueType)
        {
            var readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return readOnly + (type.IsByRefLike ? "ref " : "") + (isRecord ? "record struct" : "struct");
        }

        var modifier = (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => "static ",
            (true, false) => "abstract ",
            (false, true) => "sealed ",
            _ => "",
        };
        return modifier + (isRecord ? "record" : "class");
    }

    // The base and the interfaces that it, or another of them, does not bring along.
    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            return [ApiNames.Of(Enum.GetUnderlyingType(type))];
        var parent = type.BaseType is { } known && known != typeof(object) && known != typeof(ValueType) ? known : null;
        var all = type.GetInterfaces();
        var brought = all.SelectMany(one => one.GetInterfaces()).Concat(parent?.GetInterfaces() ?? []).ToHashSet();
        var own = all.Where(one => one.IsVisible && !brought.Contains(one)).Select(one => ApiNames.Of(one)).Order(StringComparer.Ordinal);
        return parent is null ? own : own.Prepend(ApiNames.Of(parent));
    }
}
