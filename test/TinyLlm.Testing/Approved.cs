namespace TinyLlm.Testing;

/// <summary>Snapshot tests: a text must equal the approved file that stands beside the tests and is reviewed with them.</summary>
internal static class Approved
{
    /// <summary>Fails unless <c>Approved/{name}.txt</c> of the test project holds the text; <c>TINYLLM_APPROVE=1</c> rewrites it.</summary>
    public static void Verify(string text, string name) =>
        Verify(text, name, Environment.GetEnvironmentVariable("TINYLLM_APPROVE") == "1", typeof(Approved).Assembly.GetName().Name!);

    internal static void Verify(string text, string name, bool approve, string project)
    {
        var file = $"test/{project}/Approved/{name}.txt";
        var path = RepositoryFolder.PathOf(file);
        var found = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (approve)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, found);
        }

        if (!File.Exists(path))
            Assert.Fail($"{file} does not exist; run the test with TINYLLM_APPROVE=1 to write it, and read what it wrote.");

        var approved = File.ReadAllText(path).ReplaceLineEndings("\n");
        if (found == approved)
            return;

        var (foundLines, approvedLines) = (found.Split('\n'), approved.Split('\n'));
        var line = foundLines.Zip(approvedLines).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"""
            Line {line + 1} of {file} differs; if the new text is right, run the test with TINYLLM_APPROVE=1 to rewrite the file.
            approved: {approvedLines.ElementAtOrDefault(line) ?? "(end of file)"}
            found:    {foundLines.ElementAtOrDefault(line) ?? "(end of file)"}
            """);
    }
}
