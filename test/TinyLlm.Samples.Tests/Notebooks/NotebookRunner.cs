namespace TinyLlm.Samples.Tests.Notebooks;

/// <summary>Runs a notebook cell by cell and compares what it shows with what is stored in it.</summary>
internal static class NotebookRunner
{
    /// <summary>Runs the notebook in the folder, which paths in it count from.</summary>
    /// <returns>All that its cells showed, which becomes the notebook's outputs.</returns>
    /// <exception cref="NotebookException">A cell fails: the message has its number, its source and the reason.</exception>
    public static async Task<IReadOnlyList<NotebookOutput>> RunAsync(Notebook notebook, string folder)
    {
        var (console, before) = (Console.Out, Environment.CurrentDirectory);
        var (session, shown) = (new NotebookSession(), new List<NotebookOutput>());
        try
        {
            Environment.CurrentDirectory = folder;
            foreach (var cell in notebook.Code)
            {
                using var recorder = new NotebookRecorder();
                Console.SetOut(recorder);
                await RunAsync(session, cell, recorder);
                cell.Outputs = recorder.Outputs;
                shown.AddRange(recorder.Outputs);
            }
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }

        return shown;
    }

    /// <summary>Fails where cells show something else than is stored; of cells whose outputs vary, only number and types count.</summary>
    /// <exception cref="NotebookException">A cell does; the message says what differs.</exception>
    public static void Compare(Notebook stored, Notebook run)
    {
        foreach (var (expected, found) in stored.Code.Zip(run.Code))
        {
            var (old, current) = (Comparable(expected), Comparable(found));
            if (!old.SequenceEqual(current))
                throw new NotebookException($"""
                    Cell {expected.Number} shows something else than is stored; if it is right, store it by a run with TINYLLM_APPROVE=1.
                    {expected.Source}
                    stored: {string.Join("\n", old)}
                    shown:  {string.Join("\n", current)}
                    """);
        }
    }

    private static async Task RunAsync(NotebookSession session, NotebookCell cell, NotebookRecorder recorder)
    {
        try
        {
            NotebookDisplay.RecordTo(recorder);
            var (code, references) = NotebookPackages.Resolve(cell.Source);
            if (await session.RunAsync(code, references, $"cell {cell.Number}") is { } value)
                NotebookDisplay.display(value);
        }
        catch (Exception exception)
        {
            var reason = $"{exception.GetType().Name}: {exception.Message}";
            throw new NotebookException($"Cell {cell.Number} failed.\n{cell.Source}\n{reason}", exception);
        }
    }

    private static NotebookOutput[] Comparable(NotebookCell cell) =>
        [.. cell.Outputs.Select(output => cell.HasVaryingOutputs ? output with { Text = "" } : output)];
}
