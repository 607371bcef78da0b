namespace TinyLlm.Testing;

/// <summary>Finds the repository that the tests were built from.</summary>
internal static class RepositoryFolder
{
    /// <summary>Gets the folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.TinyLlm.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Microsoft.ML.TinyLlm.sln.");
    }
}
