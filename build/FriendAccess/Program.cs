namespace FriendAccess;

/// <summary>Writes reference copies of assemblies that count one more assembly among their friends.</summary>
internal static class Program
{
    private const string Usage = "usage: FriendAccess FRIEND OUTPUT_FOLDER ASSEMBLY...";

    public static int Main(string[] arguments) => Run(arguments, Console.Error);

    public static int Run(string[] arguments, TextWriter errors)
    {
        if (arguments.Length < 3)
        {
            errors.WriteLine($"FriendAccess : error TINYLLM0005: expected at least 3 arguments but found {arguments.Length}; {Usage}");
            return 1;
        }

        var exitCode = 0;
        var folders = arguments.Skip(2).Select(assembly => Path.GetDirectoryName(Path.GetFullPath(assembly))!).ToArray();
        foreach (var assembly in arguments.AsSpan(2))
        {
            try
            {
                FriendCopy.Write(assembly, arguments[1], arguments[0], folders);
            }
            catch (FriendAccessException e)
            {
                // The form in which MSBuild recognises an error of a tool.
                errors.WriteLine($"FriendAccess : error TINYLLM0005: {e.Message}");
                exitCode = 1;
            }
        }

        return exitCode;
    }
}
