using System.Reflection;

namespace TinyLlm.Packages.Tests;

/// <summary>The command line of .NET, as a user calls it.</summary>
internal static class Dotnet
{
    /// <summary>Runs <c>dotnet</c> in a folder, in an environment that may be changed, and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static string Run(string folder, string[] arguments, Action<IDictionary<string, string?>>? change = null) =>
        OtherProcess.Run(["dotnet", .. arguments], folder, environment =>
        {
            // What 'dotnet test' tells its children of itself: this one may be another SDK, and no server of it stays behind.
            foreach (var name in environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
                environment.Remove(name);
            environment["MSBUILDDISABLENODEREUSE"] = "1";
            environment["MSBUILDTERMINALLOGGER"] = "off";
            environment["UseSharedCompilation"] = "false";
            change?.Invoke(environment);
        });

    /// <summary>Gets the folder that this build has its own packages from.</summary>
    public static string PackageRoot { get; } = typeof(Dotnet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(entry => entry.Key == "NuGetPackageRoot").Value!;
}
