namespace TinyLlm.Trainers.Reports;

/// <summary>The style sheet of reports: readable in light and dark, on screens and on paper, with nothing from elsewhere.</summary>
internal static class ReportStyle
{
    private const string Light =
        "--ink: #1c2024; --soft: #60646c; --line: #d9d9e0; "
        + "--a: #0b68cb; --b: #c2410c; --c: #15803d; --d: #7e22ce; --cell: 11, 104, 203;";
    private const string Dark =
        "--ink: #edeef0; --soft: #b0b4ba; --line: #43484e; "
        + "--a: #70b8ff; --b: #ff9f5a; --c: #5bd68a; --d: #c99bf5; --cell: 112, 184, 255;";

    /// <summary>Every piece stands in an element of this class, so that it keeps its looks inside a notebook.</summary>
    public const string Class = "tinyllm-report";

    // VS Code and JupyterLab have a theme of their own, whatever the system's, and say so on the page around their outputs.
    public const string Sheet = $$"""
        .tinyllm-report { {{Light}}
          color: var(--ink); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
        @media (prefers-color-scheme: dark) { .tinyllm-report { {{Dark}} } }
        .vscode-light .tinyllm-report, [data-jp-theme-light="true"] .tinyllm-report { {{Light}} }
        .vscode-dark .tinyllm-report, [data-jp-theme-light="false"] .tinyllm-report { {{Dark}} }
        .tinyllm-report h1 { font-size: 1.6em; margin: 0 0 .3em; } .tinyllm-report h2 { font-size: 1.15em; margin: 1.8em 0 .5em; } .tinyllm-report h3 { font-size: 1em; margin: 1.2em 0 .3em; }
        .tinyllm-report .verdict { font-size: 1.1em; border-left: 4px solid var(--a); padding: .3em 0 .3em .8em; } .tinyllm-report .verdict.beaten { border-color: var(--b); }
        .tinyllm-report .scroll { overflow-x: auto; }
        .tinyllm-report table { border-collapse: collapse; } .tinyllm-report caption { text-align: left; color: var(--soft); padding-bottom: .3em; }
        .tinyllm-report th, .tinyllm-report td { padding: .25em .65em .25em 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
        .tinyllm-report th { font-weight: 600; } .tinyllm-report th:first-child, .tinyllm-report td:first-child { text-align: left; }
        .tinyllm-report .confusion td, .tinyllm-report .confusion th { padding: .35em .7em; text-align: center; } .tinyllm-report .confusion th:first-child { text-align: right; }
        .tinyllm-report svg { max-width: 100%; height: auto; display: block; } .tinyllm-report svg text { fill: var(--soft); font-size: 12px; }
        .tinyllm-report svg .grid { stroke: var(--line); } .tinyllm-report svg polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
        .tinyllm-report .legend span { margin-right: 1.2em; color: var(--soft); } .tinyllm-report .legend i { display: inline-block; width: 1.1em; height: 3px; margin-right: .4em; vertical-align: middle; }
        """;
}
