namespace TinyLlm.Trainers.Reports;

/// <summary>The style sheet of reports: readable in light and dark, on screens and on paper, with nothing from elsewhere.</summary>
internal static class ReportStyle
{
    private const string Light =
        "--ink: #1c2024; --soft: #60646c; --line: #d9d9e0; --page: #fff; "
        + "--a: #0b68cb; --b: #c2410c; --c: #15803d; --d: #7e22ce; --cell: 11, 104, 203; --miss: 234, 88, 12;";
    private const string Dark =
        "--ink: #edeef0; --soft: #b0b4ba; --line: #43484e; --page: #16181b; "
        + "--a: #70b8ff; --b: #ff9f5a; --c: #5bd68a; --d: #c99bf5; --cell: 60, 150, 245; --miss: 255, 129, 50;";

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
        .tinyllm-report .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 23em), 1fr)); gap: 1.4em 2.2em; align-items: start; margin: 1em 0; }
        .tinyllm-report .small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 19em), 1fr)); }
        .tinyllm-report figure { margin: 0; min-width: 0; } .tinyllm-report figcaption { font-weight: 600; margin-bottom: .4em; overflow-wrap: anywhere; }
        .tinyllm-report .scroll { overflow-x: auto; }
        .tinyllm-report table { border-collapse: collapse; } .tinyllm-report caption { text-align: left; color: var(--soft); padding-bottom: .3em; }
        .tinyllm-report th, .tinyllm-report td { padding: .25em 0 .25em .9em; text-align: right; border-bottom: 1px solid var(--line); vertical-align: bottom; }
        .tinyllm-report th { font-weight: 600; } .tinyllm-report th:first-child, .tinyllm-report td:first-child { text-align: left; padding-left: 0; }
        .tinyllm-report td { white-space: nowrap; } .tinyllm-report .confusion td, .tinyllm-report .confusion th { padding: .4em .7em; text-align: center; white-space: nowrap; border: 0; } .tinyllm-report .confusion td { border: 1px solid var(--line); min-width: 2.4em; }
        .tinyllm-report .confusion tbody th { text-align: right; } .tinyllm-report .confusion .none { color: var(--soft); }
        .tinyllm-report dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3em 1.4em; margin: 0; } .tinyllm-report dt { color: var(--soft); } .tinyllm-report dd { margin: 0; overflow-wrap: anywhere; }
        .tinyllm-report svg { width: 100%; max-width: 520px; height: auto; display: block; } .tinyllm-report svg text { fill: var(--soft); font-size: 12px; } .tinyllm-report svg .name { fill: var(--ink); } .tinyllm-report svg .lane { font-size: 10.5px; }
        .tinyllm-report .grid { stroke: var(--line); } .tinyllm-report .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; } .tinyllm-report .interval { stroke: var(--ink); stroke-width: 1.4; }
        .tinyllm-report .exported { fill: var(--a); } .tinyllm-report .form { fill: var(--a); fill-opacity: .5; } .tinyllm-report .baseline { fill: var(--soft); fill-opacity: .55; } .tinyllm-report .dot { stroke: var(--page); stroke-width: 1; fill-opacity: .85; }
        .tinyllm-report polyline { fill: none; stroke-linejoin: round; } .tinyllm-report .curve { stroke-width: 1.8; } .tinyllm-report .raw { stroke-width: 1; stroke-opacity: .3; }
        .tinyllm-report .line-a { stroke: var(--a); } .tinyllm-report .line-b { stroke: var(--b); } .tinyllm-report .line-c { stroke: var(--c); } .tinyllm-report .line-d { stroke: var(--d); }
        .tinyllm-report .fill-a { fill: var(--a); } .tinyllm-report .fill-b { fill: var(--b); } .tinyllm-report .fill-c { fill: var(--c); } .tinyllm-report .fill-d { fill: var(--d); }
        .tinyllm-report .back-a { background: var(--a); } .tinyllm-report .back-b { background: var(--b); } .tinyllm-report .back-c { background: var(--c); } .tinyllm-report .back-d { background: var(--d); }
        .tinyllm-report .legend span { margin-right: 1.2em; color: var(--soft); } .tinyllm-report .legend i { display: inline-block; width: 1.1em; height: 3px; margin-right: .4em; vertical-align: middle; }
        @media (max-width: 900px) {
          .tinyllm-report .list thead { display: none; } .tinyllm-report .list, .tinyllm-report .list tbody, .tinyllm-report .list tr, .tinyllm-report .list td, .tinyllm-report .list caption { display: block; }
          .tinyllm-report .list tr { padding: .5em 0; border-bottom: 1px solid var(--line); } .tinyllm-report .list td { display: flex; justify-content: space-between; gap: 1em; padding: .1em 0; border: 0; }
          .tinyllm-report .list td:first-child { font-weight: 600; } .tinyllm-report .list td + td::before { content: attr(data-name); color: var(--soft); }
          .tinyllm-report dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .tinyllm-report dd { margin-bottom: .6em; }
        }
        """;
}
