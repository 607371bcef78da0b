using Microsoft.ML;
using TinyLlm.MLNet.Tests.Loading;

namespace TinyLlm.MLNet.Tests.Models;

[TestClass]
public sealed class ModelFileTests
{
    [TestMethod]
    public void Load_NoModelOrTruncated_ThrowsClearly()
    {
        using var file = new TextFile("this is no model");
        Assert.Throws<Exception>(() => Rows.Context.Model.Load(file.FullName, out _));
        using var stream = new MemoryStream();
        Rows.Context.Model.Save(Rows.Context.Transforms.CopyColumns("C", "Value").Fit(Rows.Numbers(1)), Rows.Numbers(1).Schema, stream);
        using var cut = new MemoryStream(stream.ToArray()[..(int)(stream.Length / 2)]);
        Assert.Throws<Exception>(() => Rows.Context.Model.Load(cut, out _));
        Assert.Throws<IOException>(() => Rows.Context.Model.Load(Path.Combine(file.Folder, "missing.zip"), out _));
    }
}
