using System.Text.RegularExpressions;

namespace TinyLlm.Samples.Tests.Repository;

[TestClass]
public sealed partial class WordTests
{
    [TestMethod]
    public void All_NoFile_NamesAFolderOfOneMachine() => RepositoryFiles.AssertNone(
        RepositoryFiles.Lines(RepositoryFiles.All, MachineFolder().IsMatch),
        "A path of one machine means nothing on another; write it from the repository root.");

    [TestMethod]
    public void All_NoFile_NamesAPackageFeed() => RepositoryFiles.AssertNone(
        RepositoryFiles.Lines(RepositoryFiles.All, PackageFeed().IsMatch), "Which feeds packages come from is the user's configuration.");

    [TestMethod]
    public void Code_EverySuppression_SaysBecause() => RepositoryFiles.AssertNone(
        RepositoryFiles.Lines(RepositoryFiles.WithExtension(".cs"), line => Suppression().IsMatch(line) && !Because().IsMatch(line)),
        "A suppressed warning is explained on its line with a comment: because and the reason.");

    [TestMethod]
    [DataRow("see /wo" + "rk/main", true)]
    [DataRow("\"C:\\Us" + "ers\\me\"", true)]
    [DataRow("docs/work/page.md", false)]
    public void MachineFolder_Line_IsFoundAtTheRootOnly(string line, bool expected) =>
        Assert.AreEqual(expected, MachineFolder().IsMatch(line));

    [TestMethod]
    [DataRow("https://registry.np" + "mjs.org/x", true)]
    [DataRow("https://api.nu" + "get.org/v3", true)]
    [DataRow("https://www.npmjs.com/package/x", false)]
    public void PackageFeed_Line_IsFoundByHost(string line, bool expected) =>
        Assert.AreEqual(expected, PackageFeed().IsMatch(line));

    [TestMethod]
    [DataRow("#pragma warning disa" + "ble CS0649", true, false)]
    [DataRow("#pragma warning disa" + "ble CS0649 // beca" + "use native code writes it", true, true)]
    [DataRow("#pragma warning restore CS0649", false, false)]
    [DataRow("[Suppress" + "Message(\"a\", \"b\")]", true, false)]
    public void Suppression_Line_NeedsItsReason(string line, bool suppresses, bool explains)
    {
        Assert.AreEqual(suppresses, Suppression().IsMatch(line));
        Assert.AreEqual(explains, Because().IsMatch(line));
    }

    [GeneratedRegex(@"(?<![\w./)}\]-])/(work|tmp|root|home)/|\b[A-Z]:[\\/]+Users\b")]
    private static partial Regex MachineFolder();

    [GeneratedRegex(@"\bregistry\.(npmjs|yarnpkg)\.|\bapi\.nuget\.org|\bpkgs\.(dev\.azure|visualstudio)\.com")]
    private static partial Regex PackageFeed();

    [GeneratedRegex(@"#pragma\s+warning\s+disable|\[(assembly: )?(Unconditional)?SuppressMessage[(]")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"// because \S|Justification = "".*because ")]
    private static partial Regex Because();
}
