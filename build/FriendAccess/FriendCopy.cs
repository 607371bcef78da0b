using System.Runtime.CompilerServices;
using Mono.Cecil;

namespace FriendAccess;

/// <summary>A copy of an assembly, for the compiler only, whose internals one more assembly may use.</summary>
internal static class FriendCopy
{
    /// <summary>Writes the copy of <paramref name="assemblyPath"/> into <paramref name="outputFolder"/>, under the same file name.</summary>
    /// <param name="assemblyPath">The original.</param>
    /// <param name="outputFolder">Where the copy goes.</param>
    /// <param name="friend">The name of the assembly that may use the internals.</param>
    /// <param name="neighbours">Folders of assemblies that the original refers to, besides its own.</param>
    /// <returns><see langword="false"/> if the very same copy is there already; its time stamp then stays, and nothing recompiles.</returns>
    /// <exception cref="FriendAccessException">The file is missing, is not a .NET assembly, or the copy cannot be written.</exception>
    public static bool Write(string assemblyPath, string outputFolder, string friend, params IEnumerable<string> neighbours)
    {
        var outputPath = Path.GetFullPath(Path.Combine(outputFolder, Path.GetFileName(assemblyPath)));
        if (outputPath == Path.GetFullPath(assemblyPath))
            throw new FriendAccessException($"{assemblyPath} lies in the output folder itself and would be overwritten; name another output folder.");

        var copy = Make(assemblyPath, friend, neighbours);
        try
        {
            if (File.Exists(outputPath) && File.ReadAllBytes(outputPath).AsSpan().SequenceEqual(copy))
                return false;

            Directory.CreateDirectory(outputFolder);
            File.WriteAllBytes(outputPath, copy);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FriendAccessException($"cannot write {outputPath}: {e.Message}", e);
        }
    }

    private static byte[] Make(string assemblyPath, string friend, IEnumerable<string> neighbours)
    {
        // A default argument of an enumeration is written by its underlying type, which only the assembly that declares it knows.
        using var resolver = new DefaultAssemblyResolver();
        foreach (var folder in neighbours.Append(Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!).Distinct())
            resolver.AddSearchDirectory(folder);
        try
        {
            using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath, new ReaderParameters { AssemblyResolver = resolver });
            assembly.CustomAttributes.Add(FriendAttribute(assembly.MainModule, friend));

            // The same input gives the same bytes: no fresh module identifier, no time of day.
            using var bytes = new MemoryStream();
            assembly.Write(bytes, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
            return bytes.ToArray();
        }
        catch (AssemblyResolutionException e)
        {
            throw new FriendAccessException($"{assemblyPath} refers to {e.AssemblyReference.Name}, which is not beside it or another reference.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FriendAccessException($"{assemblyPath} does not exist; it was named as a reference of {friend}.", e);
        }
        catch (BadImageFormatException e)
        {
            throw new FriendAccessException($"{assemblyPath} is not a .NET assembly; only managed references can have friends.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FriendAccessException($"cannot read {assemblyPath}: {e.Message}", e);
        }
    }

    private static CustomAttribute FriendAttribute(ModuleDefinition module, string friend)
    {
        // Built from names rather than imported from this process: the copy must refer to the core library that the original
        // was compiled against, which need not be the one that runs this tool.
        var text = module.TypeSystem.String;
        var type = new TypeReference(
            typeof(InternalsVisibleToAttribute).Namespace, nameof(InternalsVisibleToAttribute), module, module.TypeSystem.CoreLibrary);
        var constructor = new MethodReference(".ctor", module.TypeSystem.Void, type) { HasThis = true };
        constructor.Parameters.Add(new ParameterDefinition(text));

        var attribute = new CustomAttribute(constructor);
        attribute.ConstructorArguments.Add(new CustomAttributeArgument(text, friend));
        return attribute;
    }
}
