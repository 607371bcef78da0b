using TinyLlm.Samples.Tests.Repository;

namespace TinyLlm.Packages.Tests;

/// <summary>The project of docs/your-project.md, made outside the repository from that page, with packages of its own feed.</summary>
internal sealed class OutsideProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutsideProject()
    {
        var page = new MarkdownPage(File.ReadAllText(RepositoryFolder.PathOf("docs/your-project.md")));
        string Block(string language, string start) => page.Blocks.Single(
            block => block.Language == language && block.Text.StartsWith(start, StringComparison.Ordinal)).Text;
        var feed = PackageFeed.Current;
        Write("nuget.config", Block("xml", "<configuration>"), "../Microsoft.ML.TinyLlm/artifacts/package/release", feed.Folder);
        Write("Load.csproj", Block("xml", "<Project"), "\"0.1.0-preview\"", $"\"{feed.Version}\"");
        File.WriteAllText(PathOf("Program.cs"), Block("csharp", "using "));
        File.Copy(RepositoryFolder.PathOf("samples/data/cpu-load.csv"), PathOf("cpu-load.csv"));
    }

    /// <summary>Gets the full path of a file in the project's folder.</summary>
    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Runs the program as the page does, and returns what it says.</summary>
    public string Run(params string[] arguments) => Call(["run", "-c", "Release", .. arguments]);

    /// <summary>Publishes the program, and returns the folder.</summary>
    public string Publish(string platform, params string[] options)
    {
        var output = PathOf($"out-{Guid.NewGuid():N}");
        try
        {
            Call(["publish", "-c", "Release", "-r", platform, "-o", output, .. options]);
        }
        catch (InvalidOperationException failure) when (Missing(failure.Message) is { } missing)
        {
            Assert.Inconclusive($"The package sources do not serve what a publish for {platform} needs: {missing}");
        }

        return output;
    }

    /// <summary>Runs a published program in a folder that holds the data and the saved pipeline, and nothing else.</summary>
    public string RunPublished(string output)
    {
        using var elsewhere = new TemporaryFolder();
        foreach (var file in new[] { "cpu-load.csv", "cpu-load.zip" })
            File.Copy(PathOf(file), elsewhere.PathOf(file));
        var program = Path.Combine(output, OperatingSystem.IsWindows() ? "Load.exe" : "Load");
        return OtherProcess.Run([program], elsewhere.Root, environment =>
        {
            Forget(environment);
            environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = elsewhere.PathOf("extracted");
        });
    }

    public void Dispose() => _folder.Dispose();

    // Our packages go into a folder of the test's own; all others are read from where this build has them.
    private string Call(string[] arguments) => Dotnet.Run(_folder.Root, arguments, environment =>
    {
        Forget(environment);
        environment["NUGET_PACKAGES"] = PathOf("packages");
        environment["RestoreAdditionalProjectFallbackFolders"] = Dotnet.PackageRoot;
    });

    // With these set, a program would run that finds nothing by itself.
    private static void Forget(IDictionary<string, string?> environment)
    {
        environment.Remove("LLAMA_NATIVE_DIR");
        environment.Remove("LLAMA_NATIVES_ROOT");
    }

    // What .NET itself publishes with; a package of ours that is missing is a failure.
    private static string? Missing(string said) => said.Split('\n').FirstOrDefault(line =>
        line.Contains("error NU1301", StringComparison.Ordinal)
        || (line.Contains("error NU110", StringComparison.Ordinal) && line.Contains("Microsoft.NETCore.App.", StringComparison.Ordinal)));

    private void Write(string name, string text, string from, string to)
    {
        StringAssert.Contains(text, from, $"docs/your-project.md names another one in {name}.");
        File.WriteAllText(PathOf(name), text.Replace(from, to, StringComparison.Ordinal));
    }
}
