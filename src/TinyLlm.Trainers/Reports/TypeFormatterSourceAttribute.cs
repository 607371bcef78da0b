namespace TinyLlm.Trainers.Reports;

/// <summary>Says who formats an object for a notebook; .NET Interactive knows it by its name, so that neither needs the other.</summary>
/// <remarks>
/// The names of the attribute, its property and the members of <see cref="NotebookFormatterSource"/> are the convention of
/// <see href="https://github.com/dotnet/interactive/pull/2053"/>; they may be internal.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;
}
