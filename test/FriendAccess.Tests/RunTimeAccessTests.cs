namespace FriendAccess.Tests;

/// <summary>
/// What the compiler was told, the runtime checks again; these run assemblies compiled against a copy beside the original.
/// </summary>
[TestClass]
public sealed class RunTimeAccessTests : IDisposable
{
    private const string Library = """
        public class Cipher { internal int Key => 42; }
        internal interface ISecret { int Tell(); }
        public static class Asker { internal static int Ask(ISecret secret) => secret.Tell(); }
        """;

    private const string CallsAnInternal = "public class User { public static int Run() => new Cipher().Key; }";

    private const string ImplementsAnInternal = """
        public class User
        {
            public static int Run() => Asker.Ask(new Secret());

            private class Secret : ISecret { int ISecret.Tell() => 7; }
        }
        """;

    private const string Attribute = """[assembly: System.Runtime.CompilerServices.IgnoresAccessChecksTo("Library")]""";

    private readonly string _folder = Directory.CreateTempSubdirectory("friend-access-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_InternalCallWithTheAttribute_Works() => Assert.AreEqual(42, Run(CallsAnInternal, Attribute, SharedSource()));

    [TestMethod]
    public void Run_InternalCallWithoutTheAttribute_Throws() =>
        Assert.ThrowsExactly<MethodAccessException>(() => Run(CallsAnInternal));

    [TestMethod]
    public void Run_InternalInterfaceWithTheAttribute_Works() => Assert.AreEqual(7, Run(ImplementsAnInternal, Attribute, SharedSource()));

    [TestMethod]
    public void Run_InternalInterfaceWithoutTheAttribute_Throws() =>
        Assert.ThrowsExactly<TypeLoadException>(() => Run(ImplementsAnInternal));

    private object? Run(params string[] sources)
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);
        var copies = Path.Combine(_folder, "friends");
        FriendCopy.Write(original, copies, "Ours");
        return TestAssembly.Run("Ours", sources, Path.Combine(copies, "Library.dll"), original);
    }

    private static string SharedSource()
    {
        using var stream = typeof(RunTimeAccessTests).Assembly.GetManifestResourceStream("IgnoresAccessChecksToAttribute.cs")!;
        using var reader = new StreamReader(stream);
        return $"using System;{Environment.NewLine}{reader.ReadToEnd()}";
    }
}
