using System.Collections.Immutable;

namespace TinyLlm.Trainers;

/// <summary>Names and values under a heading of a report, such as the settings of a run, or what it ran on.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Rows">Each name with its value.</param>
public sealed record ReportSection(string Heading, ImmutableArray<(string Name, string Value)> Rows);
