using System.Reflection;

namespace FriendAccess.Tests;

[TestClass]
public sealed class FriendCopyTests : IDisposable
{
    private const string Library = """
        public class Cipher { internal int Key => 42; }
        public abstract class Shape { internal Shape() { } private protected abstract int Sides(); internal abstract int Corners(); }
        internal interface ISecret { int Tell(); }
        """;

    private const string ReadsAnInternal = "public class User { public static int Read() => new Cipher().Key; }";

    private const string OverridesInternals = """
        public class Square : Shape, ISecret
        {
            private protected override int Sides() => 4;
            internal override int Corners() => Sides();
            int ISecret.Tell() => 4;
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("friend-access-").FullName;

    private string Output => Path.Combine(_folder, "friends");

    private string Copy => Path.Combine(Output, "Library.dll");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Write_InternalMember_CompilesAgainstTheCopyOnly(bool strongNamed)
    {
        var original = TestAssembly.Compile(_folder, "Library", Library, strongNamed ? TestAssembly.PublicKey : null);

        Assert.IsTrue(FriendCopy.Write(original, Output, "Ours"));

        CollectionAssert.AreEqual(new[] { "CS1061" }, TestAssembly.Errors("Ours", ReadsAnInternal, original));
        Assert.IsEmpty(TestAssembly.Errors("Ours", ReadsAnInternal, Copy));
    }

    [TestMethod]
    public void Write_InternalAndPrivateProtectedOverrides_CompileAgainstTheCopyOnly()
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);

        FriendCopy.Write(original, Output, "Ours");

        Assert.IsNotEmpty(TestAssembly.Errors("Ours", OverridesInternals, original));
        Assert.IsEmpty(TestAssembly.Errors("Ours", OverridesInternals, Copy));
    }

    [TestMethod]
    public void Write_DefaultArgumentOfANeighboursEnumeration_IsKept()
    {
        var neighbour = TestAssembly.Compile(Path.Combine(_folder, "elsewhere"), "Kinds", "public enum Kind : byte { None, Some = 9 }");
        var original = TestAssembly.Compile(
            _folder,
            "Library",
            Library + "public class Converter { internal int To(Kind kind = Kind.Some) => (int)kind; }",
            null,
            neighbour);

        var error = Assert.ThrowsExactly<FriendAccessException>(() => FriendCopy.Write(original, Output, "Ours"));
        StringAssert.Contains(error.Message, "refers to Kinds");
        Assert.IsTrue(FriendCopy.Write(original, Output, "Ours", Path.GetDirectoryName(neighbour)!));
        Assert.IsEmpty(TestAssembly.Errors("Ours", "public class User { public static int Read() => new Cipher().Key; }", Copy));
    }

    [TestMethod]
    public void Write_OneFriend_LetsNobodyElseIn()
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);

        FriendCopy.Write(original, Output, "Ours");

        CollectionAssert.AreEqual(new[] { "CS1061" }, TestAssembly.Errors("Theirs", ReadsAnInternal, Copy));
    }

    [TestMethod]
    public void Write_StrongNamedAssembly_KeepsItsIdentity()
    {
        var original = TestAssembly.Compile(
            _folder, "Library", """[assembly: System.Reflection.AssemblyVersion("5.6.7.8")]""", TestAssembly.PublicKey);

        FriendCopy.Write(original, Output, "Ours");

        Assert.AreEqual(AssemblyName.GetAssemblyName(original).FullName, AssemblyName.GetAssemblyName(Copy).FullName);
        StringAssert.Contains(AssemblyName.GetAssemblyName(Copy).FullName, "Version=5.6.7.8");
    }

    [TestMethod]
    public void Write_SameInputAgain_LeavesTheFileAlone()
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);
        FriendCopy.Write(original, Output, "Ours");
        var longAgo = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Copy, longAgo);

        Assert.IsFalse(FriendCopy.Write(original, Output, "Ours"));

        Assert.AreEqual(longAgo, File.GetLastWriteTimeUtc(Copy));
    }

    [TestMethod]
    public void Write_ChangedInput_WritesAgain()
    {
        FriendCopy.Write(TestAssembly.Compile(_folder, "Library", Library), Output, "Ours");

        Assert.IsTrue(FriendCopy.Write(TestAssembly.Compile(_folder, "Library", Library.Replace("Key", "Lock")), Output, "Ours"));

        CollectionAssert.AreEqual(new[] { "CS1061" }, TestAssembly.Errors("Ours", ReadsAnInternal, Copy));
    }

    [TestMethod]
    public void Write_MissingFile_NamesTheFileAndTheFriend()
    {
        var path = Path.Combine(_folder, "Missing.dll");

        var error = Assert.ThrowsExactly<FriendAccessException>(() => FriendCopy.Write(path, Output, "Ours"));

        Assert.AreEqual($"{path} does not exist; it was named as a reference of Ours.", error.Message);
    }

    [TestMethod]
    public void Write_NotAnAssembly_SaysSo()
    {
        var path = Path.Combine(_folder, "Native.dll");
        File.WriteAllText(path, "not an assembly");

        var error = Assert.ThrowsExactly<FriendAccessException>(() => FriendCopy.Write(path, Output, "Ours"));

        Assert.AreEqual($"{path} is not a .NET assembly; only managed references can have friends.", error.Message);
    }

    [TestMethod]
    public void Write_IntoTheFolderOfTheOriginal_RefusesToOverwriteIt()
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);

        var error = Assert.ThrowsExactly<FriendAccessException>(() => FriendCopy.Write(original, _folder, "Ours"));

        Assert.AreEqual(
            $"{original} lies in the output folder itself and would be overwritten; name another output folder.", error.Message);
    }

    [TestMethod]
    public void Write_OutputFolderIsAFile_SaysWhatCannotBeWritten()
    {
        var original = TestAssembly.Compile(_folder, "Library", Library);
        File.WriteAllText(Output, "in the way");

        var error = Assert.ThrowsExactly<FriendAccessException>(() => FriendCopy.Write(original, Output, "Ours"));

        StringAssert.StartsWith(error.Message, $"cannot write {Copy}: ");
    }
}
