using Microsoft.ML;

namespace TinyLlm.MLNet.Tests.Internals;

[TestClass]
public sealed class UsedInternalsTests
{
    // All that friend access is for. A Microsoft.ML that moves one of them fails here, with its name.
    private const string Expected =
        "Column..ctor LoadableClassAttribute ModelLoadContext ModelSaveContext.CheckAtModel ModelSaveContext.SaveBinaryStream "
        + "ModelSaveContext.SaveNonEmptyString ModelSaveContext.SaveTextStream ModelSaveContext.SetVersionInfo SignatureLoadModel VersionInfo";

    [TestMethod]
    public void Of_TheLibraries_AreFewAndOfMicrosoftMLCore() =>
        Assert.AreEqual(
            Expected,
            string.Join(' ', UsedInternals.Of(typeof(TinyLlmExtensions).Assembly)
                .Union(UsedInternals.Of(typeof(TrainersCatalog).Assembly)).Order(StringComparer.Ordinal)));
}
