using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TinyLlm.Gguf.Llama;

namespace TinyLlm.Gguf.Tests.Llama;

/// <summary>Each misuse that would end the process is an exception here.</summary>
[TestClass]
public sealed class LlamaContextTests
{
    private static CancellationTokenSource? _source;

    [TestMethod]
    public void Add_BeyondBatch_Throws() => With(new LlamaContextOptions { BatchSize = 4 }, (_, context) =>
    {
        for (var i = 0; i < context.BatchSize; i++)
            context.Add(1, i);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => context.Add(1, context.BatchSize)).Message, "decode before adding more");
    });

    [TestMethod]
    public void Add_MoreOutputsThanRoom_Throws() => With(new LlamaContextOptions { MostOutputs = 2 }, (_, context) =>
    {
        context.Add(1, 0, output: true);
        context.Add(1, 1);
        Assert.IsFalse(context.IsFull);
        context.Add(1, 2, output: true);
        Assert.IsTrue(context.IsFull);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => context.Add(1, 3, output: true)).Message, "A call gives 2 outputs");
        context.Decode();
        Assert.AreEqual(257, context.Logits(2).Length);
        Assert.IsFalse(context.IsFull);
    });

    [TestMethod]
    public void Decode_MoreSequencesThanBatch_Works() =>
        With(new LlamaContextOptions { BatchSize = 4, Sequences = 40, ContextLength = 128 }, (_, context) =>
    {
        context.Add(1, 0, sequence: 0, count: 40, output: true);
        context.Decode();
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Add(1, 1, sequence: 39, count: 2)).Message,
            "40 sequences, and 2 were named from 39 on");
    });

    [TestMethod]
    public void Add_PositionBeyondTraining_Throws() => With(new LlamaContextOptions(), (model, context) =>
    {
        Assert.AreEqual(128, model.ContextLength);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Add(1, 128)).Message, "128 positions");
    });

    [TestMethod]
    public void Add_UnknownTokenOrSequence_Throws() => With(new LlamaContextOptions(), (_, context) =>
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Add(257, 0)).Message, "Tokens are 0 to 256");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Add(-1, 0)).Message, "Tokens are 0 to 256");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Add(1, 0, sequence: 1)).Message, "1 sequences");
    });

    [TestMethod]
    public void Sample_BeforeDecode_Throws() => With(new LlamaContextOptions(), (model, context) =>
    {
        using var sampler = SamplerChain.Create(model, new GenerationOptions());
        Assert.ThrowsExactly<InvalidOperationException>(() => context.Sample(sampler, 0));
        context.Add(1, 0);
        context.Decode();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => context.Sample(sampler, 0)).Message, "no output");
    });

    [TestMethod]
    public void Piece_UnknownToken_Throws() => With(new LlamaContextOptions(), (model, _) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.WritePiece(9999, new System.Buffers.ArrayBufferWriter<byte>())));

    [TestMethod]
    public void Tokenize_FileWithoutTokenizer_Throws()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("none.gguf");
        TinyModels.Create(ModelKind.Gpt2).Save(path);
        using (var file = GgufFile.Open(path))
        {
            var metadata = file.Metadata.Without(key => key.StartsWith("tokenizer.", StringComparison.Ordinal)).With(
                "tokenizer.ggml.model", "none");
            GgufWriter.Write(
                folder.PathOf("ids.gguf"),
                metadata,
                [.. file.Tensors.Select(t => new ModelTensor(t.Name, t.Type, t.Shape, file.GetData(t)))]);
        }

        using var model = LlamaModel.Load(folder.PathOf("ids.gguf"), mapped: true);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => model.Tokenize("a", false, false)).Message, "no tokenizer");
    }

    [TestMethod]
    public void Dispose_ModelBeforeContextAndTwice_IsHarmless()
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Llama).Save(folder.PathOf("m.gguf"));
        var model = LlamaModel.Load(folder.PathOf("m.gguf"), mapped: true);
        var context = new LlamaContext(model, new LlamaContextOptions());
        model.Dispose();
        context.Add(1, 0, output: true);
        context.Decode();
        Assert.HasCount(257, context.Logits(0).ToArray());
        context.Dispose();
        context.Dispose();
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => context.Add(1, 0));
    }

    [TestMethod]
    public void Load_UnknownArchitectureOrNoFile_IsNamed()
    {
        using var folder = new TemporaryFolder();
        GgufWriter.Write(folder.PathOf("x.gguf"), GgufMetadata.Empty.With("general.architecture", "nosuch"), []);
        StringAssert.Contains(
            Assert.ThrowsExactly<GgufFormatException>(() => LlamaModel.Load(folder.PathOf("x.gguf"), mapped: true)).Message,
            "'general.architecture' is \"nosuch\"");
        Assert.ThrowsExactly<FileNotFoundException>(() => LlamaModel.Load(folder.PathOf("missing.gguf"), mapped: true));
    }

    [TestMethod]
    public unsafe void Decode_CancelledMeanwhile_StopsAndGoesOnWithoutAToken()
    {
        // llama.cpp tells the observer of each operation: the first of them cancels.
        With(new LlamaContextOptions { Observer = (nint)(delegate* unmanaged[Cdecl]<void*, byte, void*, byte>)&CancelOnce }, (_, context) =>
        {
            using var source = _source = new CancellationTokenSource();
            context.Add(1, 0, output: true);
            Assert.ThrowsExactly<OperationCanceledException>(() => context.Decode(source.Token));
            Assert.IsTrue(source.IsCancellationRequested, "It was not cancelled before it began.");

            context.Clear();
            var output = context.Add(1, 0, output: true);
            context.Decode();
            Assert.IsTrue(float.IsFinite(context.Logits(output)[0]));
        });
    }

    private static void With(LlamaContextOptions options, Action<LlamaModel, LlamaContext> test)
    {
        using var folder = new TemporaryFolder();
        TinyModels.Create(ModelKind.Gpt2).Save(folder.PathOf("m.gguf"));
        using var model = LlamaModel.Load(folder.PathOf("m.gguf"), mapped: true);
        using var context = new LlamaContext(model, options);
        test(model, context);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe byte CancelOnce(void* tensor, byte isQuestion, void* state)
    {
        _source!.Cancel();
        return 1;
    }
}
