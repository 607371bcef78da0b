namespace TinyLlm.Gguf.Tests;

/// <summary>Hostile files: whatever the bytes, a file opens or a <see cref="GgufFormatException"/> says why not.</summary>
[TestClass]
public sealed class GgufMutationTests
{
    [TestMethod]
    public void Open_TenThousandMutations_OpensOrSaysWhyNot()
    {
        var valid = GgufFiles.Model();
        using var original = GgufFile.Open(valid);
        var head = (int)(valid.Length - original.Tensors.Sum(tensor => tensor.ByteCount));
        var random = new Random(12);
        var faults = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = (byte[])valid.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                var at = random.Next(head);
                switch (random.Next(3))
                {
                    case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: bytes[at] = (byte)random.Next(256); break;
                    default: BitConverter.TryWriteBytes(bytes.AsSpan(Math.Min(at, head - 8)), random.NextInt64()); break;
                }
            }

            faults += OpensOrFaults(bytes) ? 0 : 1;
        }

        Assert.IsInRange(1000, 9999, faults, "Some mutations change a text only, most change a structure.");
    }

    [TestMethod]
    public void Open_CutAnywhere_SaysWhyNot()
    {
        var valid = GgufFiles.Model(ModelKind.Llama);
        for (var percent = 0; percent < 100; percent++)
            Assert.IsFalse(OpensOrFaults(valid[..(int)(valid.Length * (long)percent / 100)]), $"{percent} %");
        for (var length = 0; length < 2000; length++)
            Assert.IsFalse(OpensOrFaults(valid[..length]), $"{length} bytes");
    }

    // Reads every byte of every tensor, too: none may lie outside the file.
    private static bool OpensOrFaults(byte[] bytes)
    {
        try
        {
            using (var file = GgufFile.Open(bytes))
            {
                foreach (var tensor in file.Tensors)
                    _ = file.GetData(tensor).Span.IndexOf((byte)0);
            }

            LanguageModel.Load(bytes).Dispose();
            return true;
        }
        catch (GgufFormatException)
        {
            return false;
        }
    }
}
