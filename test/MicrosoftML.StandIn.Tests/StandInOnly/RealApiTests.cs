namespace MicrosoftML.StandIn.Tests.StandInOnly;

[TestClass]
public sealed class RealApiTests
{
    private const string Prefix = "MicrosoftML.StandIn.Tests.StandInOnly.RealApiTests";

    private static readonly string[] Lines =
    [
        $"T:{Prefix}.Sample | public sealed class | Some.Assembly | System.IDisposable",
        $"M:{Prefix}.Sample.#ctor() | public",
        $"M:{Prefix}.Sample.Dispose() -> System.Void | public",
        $"M:{Prefix}.Sample.Find``1(System.String name,``0@ value,System.Int32 most=7) -> System.Boolean | public",
        $"P:{Prefix}.Sample.Size -> System.Int32 | get:public set:public",
        $"F:{Prefix}.Sample.Kind -> System.String | public const=key",
    ];

    [TestMethod]
    public void Deviations_SameSurface_None() => Assert.IsEmpty(Find(Lines));

    [TestMethod]
    public void Deviations_RealLacksMember_NamesIt() =>
        StringAssert.Contains(Single([.. Lines.Where(line => !line.Contains(".Size"))]), ".Size ->");

    [TestMethod]
    public void Deviations_OtherParameterName_NamesMember() =>
        StringAssert.Contains(Single(Replace("System.String name", "System.String key")), "Find``1");

    [TestMethod]
    public void Deviations_OtherDefault_NamesMember() => StringAssert.Contains(Single(Replace("most=7", "most=8")), "Find``1");

    [TestMethod]
    public void Deviations_OtherConstant_NamesField() => StringAssert.Contains(Single(Replace("const=key", "const=bin")), ".Kind");

    [TestMethod]
    public void Deviations_RealLacksBase_NamesIt() =>
        StringAssert.Contains(Single(Replace(" | System.IDisposable", " | ")), "no base System.IDisposable");

    [TestMethod]
    public void Deviations_OtherKind_NamesType() =>
        StringAssert.Contains(Single(Replace("public sealed class", "public class")), "the real one is");

    [TestMethod]
    public void Deviations_UnknownType_NamesType() => StringAssert.Contains(Single([]), "has no such type");

    private static string[] Replace(string old, string by) => [.. Lines.Select(line => line.Replace(old, by))];

    private static string Single(string[] lines) => Find(lines).Single();

    private static string[] Find(string[] lines) =>
        [.. new RealApi(lines).Deviations(typeof(Sample), visibility => visibility == "public")];

    public sealed class Sample : IDisposable
    {
        public const string Kind = "key";

        public int Size { get; set; }

        public bool Find<T>(string name, ref T value, int most = 7) => name.Length + Size > most || value is null;

        public void Dispose() => Size = 0;
    }
}
