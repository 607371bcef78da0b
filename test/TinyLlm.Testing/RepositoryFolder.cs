using System.Reflection;

namespace TinyLlm.Testing;

/// <summary>The checkout that the tests were built from.</summary>
internal static class RepositoryFolder
{
    /// <summary>Gets its full path, which <c>build/Test.targets</c> writes into every test assembly.</summary>
    public static string Root { get; } = Path.TrimEndingDirectorySeparator(
        typeof(RepositoryFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!);

    /// <summary>Gets the full path of a file or folder, named from the root with forward slashes.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, relative));
}
