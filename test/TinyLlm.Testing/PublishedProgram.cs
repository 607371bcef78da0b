namespace TinyLlm.Testing;

/// <summary>A project of this repository, published as its reader publishes it, and apart from what the tests were built from.</summary>
internal sealed class PublishedProgram
{
    private PublishedProgram(string folder, string said) => (Folder, Said) = (folder, said);

    /// <summary>Gets the folder that the device gets.</summary>
    public string Folder { get; }

    /// <summary>Gets what publishing said.</summary>
    public string Said { get; }

    /// <summary>Returns a folder for <see cref="Publish"/> that later runs find again, so that they need not build anew.</summary>
    public static string KeptFolder(string name) => RepositoryFolder.PathOf($"artifacts/published/{name}");

    /// <summary>Publishes a project; the test is skipped where the package feed lacks what that takes.</summary>
    /// <param name="project">The project's folder, from the root of the repository.</param>
    /// <param name="runtime">The platform, such as <c>linux-arm64</c>.</param>
    /// <param name="folder">Where everything is put that is made.</param>
    /// <param name="arguments">What else the command is told.</param>
    public static PublishedProgram Publish(string project, string runtime, string folder, params string[] arguments)
    {
        var (output, artifacts) = (Path.Combine(folder, "out"), Path.Combine(folder, "artifacts"));
        string[] publish =
            ["dotnet", "publish", project, "-c", "Release", "-r", runtime, "-o", output, $"-p:ArtifactsPath={artifacts}", .. arguments];
        // No server stays behind, and the libraries that this build has fetched are not fetched again.
        var fetched = RepositoryFolder.PathOf("artifacts/natives/node_modules/@node-llama-cpp");
        (string, string)[] natives = Directory.Exists(fetched) ? [("LLAMA_NATIVES_ROOT", fetched)] : [];
        var (code, said, errors) = OtherProcess.RunToEnd(
            publish, RepositoryFolder.Root, [("MSBUILDDISABLENODEREUSE", "1"), ("UseSharedCompilation", "false"), .. natives]);
        string[] isMissing = ["error NU1101", "error NU1102", "error NU1301"];
        if (said.Split('\n').FirstOrDefault(line => isMissing.Any(line.Contains)) is { } missing)
            Assert.Inconclusive($"The package feed does not serve what a publish for {runtime} needs: {missing}");
        Assert.AreEqual(0, code, said + errors);
        return new PublishedProgram(output, said + errors);
    }

    /// <summary>Returns the full path of a published file.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Returns the published files, by their paths from the folder.</summary>
    public string[] Files() =>
        [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))];
}
