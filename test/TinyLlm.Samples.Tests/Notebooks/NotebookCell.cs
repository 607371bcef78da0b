using System.Text.Json.Nodes;

namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>A cell of C# code, with what is stored as its outputs.</summary>
internal sealed class NotebookCell
{
    /// <summary>The tag of a cell whose outputs hang on trained weights: their last digits differ from processor to processor.</summary>
    public const string Varies = "varies";

    private readonly JsonObject _cell;

    public NotebookCell(JsonObject cell, int number)
    {
        _cell = cell;
        Number = number;
        Source = cell["source"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)cell["source"] ?? "";
        var kernel = (string?)cell["metadata"]?["polyglot_notebook"]?["kernelName"] ?? "csharp";
        if (kernel != "csharp")
            throw new NotebookException($"Cell {number} is for the kernel '{kernel}'; only csharp is run.");
    }

    /// <summary>Gets the cell's place among the code cells, from 1.</summary>
    public int Number { get; }

    public string Source { get; }

    /// <summary>Gets whether only the number and the types of the outputs are the same everywhere.</summary>
    public bool HasVaryingOutputs => _cell["metadata"]?["tags"] is JsonArray tags && tags.Any(tag => (string?)tag == Varies);

    /// <summary>Gets or sets the stored outputs.</summary>
    public IReadOnlyList<NotebookOutput> Outputs
    {
        get => [.. (_cell["outputs"] as JsonArray ?? []).Select(output => NotebookOutput.Read(output!))];
        set
        {
            _cell["execution_count"] = Number;
            _cell["outputs"] = new JsonArray([.. value.Select(output => output.Write())]);
        }
    }
}
