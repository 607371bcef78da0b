namespace TinyLlm.Samples.Tests;

/// <summary>What the same build as these tests made of another project.</summary>
internal static class BuiltProject
{
    /// <summary>Gets the path of a file named after the project; outputs stand in <c>bin/{project}/{configuration}</c>.</summary>
    public static string File(string project, string extension)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, project + extension);
    }
}
