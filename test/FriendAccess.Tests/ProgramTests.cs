namespace FriendAccess.Tests;

[TestClass]
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("friend-access-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_TooFewArguments_SaysHowManyAndTheUsage()
    {
        var errors = new StringWriter();

        Assert.AreEqual(1, Program.Run(["Ours", "out"], errors));

        Assert.AreEqual(
            "FriendAccess : error TINYLLM0005: expected at least 3 arguments but found 2; usage: FriendAccess FRIEND OUTPUT_FOLDER ASSEMBLY...",
            errors.ToString().TrimEnd());
    }

    [TestMethod]
    public void Run_OneOfTwoMissing_WritesTheOtherAndFails()
    {
        var errors = new StringWriter();
        var library = TestAssembly.Compile(_folder, "Library", "public class Empty;");
        var missing = Path.Combine(_folder, "Missing.dll");
        var output = Path.Combine(_folder, "friends");

        Assert.AreEqual(1, Program.Run(["Ours", output, missing, library], errors));

        Assert.AreEqual(
            $"FriendAccess : error TINYLLM0005: {missing} does not exist; it was named as a reference of Ours.",
            errors.ToString().TrimEnd());
        Assert.IsTrue(File.Exists(Path.Combine(output, "Library.dll")));
    }

    [TestMethod]
    public void Run_Assemblies_WritesACopyOfEach()
    {
        var errors = new StringWriter();
        var output = Path.Combine(_folder, "friends");
        string[] libraries =
        [
            TestAssembly.Compile(_folder, "One", "public class Empty;"),
            TestAssembly.Compile(_folder, "Two", "public class Empty;"),
        ];

        Assert.AreEqual(0, Program.Run(["Ours", output, .. libraries], errors));

        Assert.AreEqual("", errors.ToString());
        Assert.HasCount(2, Directory.GetFiles(output));
    }
}
