using System.Collections.Concurrent;

namespace TinyLlm.Gguf.Tests.Prediction;

/// <summary>Calls that would wait for themselves: they need no turn, or say so. Waiting has a limit here, so that no fault hangs.</summary>
[TestClass]
public sealed class EngineTurnTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly GenerationOptions Some = new() { MaximumTokens = 8, Temperature = 2, Seed = 7 };

    [TestMethod]
    public async Task GenerateAsync_WhatNeedsNoTurn_WorksInside()
    {
        using var engine = Open();
        var expected = engine.Generate("window", Some);
        var text = "";
        await foreach (var piece in engine.GenerateAsync("window", Some))
        {
            Assert.AreEqual("tap", engine.Detokenize(engine.Tokenize("tap")));
            Assert.IsGreaterThan(0, engine.Metrics.GeneratedTokens);
            await Task.Yield();
            Assert.AreEqual("hold", engine.Detokenize(engine.Tokenize("hold")));
            text += piece;
        }

        Assert.AreEqual(expected, text);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task GenerateAsync_WhatNeedsATurnInside_SaysWhatToDo(bool behindAnAwait)
    {
        using var folder = new TemporaryFolder();
        using var engine = Open();
        using var other = Open();
        Action[] calls =
        [
            () => engine.Generate("a"), () => engine.Classify("a", ["b", "c"]), () => engine.NextTokens("a", 1), () => engine.Embed("a"),
            () => engine.Perplexity("ab"), () => engine.SetAdapters(), () => engine.SaveSession(folder.PathOf("session")),
            () => engine.DivergenceFrom(other, ["ab"]), () => other.DivergenceFrom(engine, ["ab"]),
            () => engine.GenerateAsync("a").ToBlockingEnumerable().First(),
        ];
        var refused = 0;
        await foreach (var _ in engine.GenerateAsync("window", Some))
        {
            if (behindAnAwait)
                await Task.Delay(1).ConfigureAwait(false);
            foreach (var call in calls)
            {
                StringAssert.StartsWith(
                    Assert.ThrowsExactly<InvalidOperationException>(call).Message,
                    "The engine is called inside an enumeration of its GenerateAsync, which holds it until the last piece");
                refused++;
            }

            await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () =>
            {
                await foreach (var __ in engine.GenerateAsync("nested"))
                    Assert.Fail("It cannot have a turn.");
            });
            Assert.AreEqual(3, other.Generate("a", new GenerationOptions { MaximumTokens = 3 }).Length, "Another engine may be called.");
            break;
        }

        Assert.AreEqual(calls.Length, refused);
        Assert.IsNotNull(engine.Generate("afterwards"));
    }

    [TestMethod]
    public void GenerateAsync_ReadInOneThread_IsToldApartToo()
    {
        using var engine = Open();
        foreach (var _ in engine.GenerateAsync("window", Some).ToBlockingEnumerable())
        {
            Assert.ThrowsExactly<InvalidOperationException>(() => engine.Generate("a"));
            Assert.HasCount(3, engine.Tokenize("abc"));
        }

        Assert.IsNotNull(engine.Generate("afterwards"));
    }

    [TestMethod]
    public async Task GenerateAsync_WorkThatWasStartedInside_WaitsItsTurn()
    {
        using var engine = Open();
        var expected = engine.Generate("other", Some);
        await using var pieces = engine.GenerateAsync("window", Some).GetAsyncEnumerator();
        Assert.IsTrue(await pieces.MoveNextAsync());
        var found = "";
        var thread = new Thread(() => found = engine.Generate("other", Some));
        thread.Start();
        var task = Task.Run(() => engine.Generate("other", Some));
        var streamed = Task.Run(async () =>
        {
            var text = "";
            await foreach (var piece in engine.GenerateAsync("other", Some))
                text += piece;
            return text;
        });
        Assert.IsFalse(task.Wait(TimeSpan.FromMilliseconds(50)), "The turn is not its own yet.");
        while (await pieces.MoveNextAsync())
            Assert.IsNotNull(pieces.Current);
        Assert.AreEqual(expected, await task.WaitAsync(Limit));
        Assert.AreEqual(expected, await streamed.WaitAsync(Limit));
        Assert.IsTrue(thread.Join(Limit));
        Assert.AreEqual(expected, found);
    }

    [TestMethod]
    public async Task GenerateAsync_TwoAtOnce_ReadAsEachAlone()
    {
        using var engine = Open();
        var expected = new[] { engine.Generate("window", Some), engine.Generate("other", Some) };
        var found = await Task.WhenAll(Read("window"), Read("other")).WaitAsync(Limit);
        CollectionAssert.AreEqual(expected, found);

        async Task<string> Read(string prompt)
        {
            var text = "";
            await foreach (var piece in engine.GenerateAsync(prompt, Some))
            {
                text += piece;
                await Task.Yield();
            }

            return text;
        }
    }

    [TestMethod]
    public async Task GenerateAsync_DisposedElsewhere_FreesTheEngine()
    {
        using var engine = Open();
        var pieces = engine.GenerateAsync("window", Some).GetAsyncEnumerator();
        Assert.IsTrue(await pieces.MoveNextAsync());
        var thread = new Thread(() => pieces.DisposeAsync().AsTask().Wait());
        thread.Start();
        Assert.IsTrue(thread.Join(Limit));
        Assert.IsNotNull(engine.Generate("the flow that began it may call again"));
    }

    [TestMethod]
    public async Task Dispose_InsideTheEnumeration_EndsItAtTheNextPiece()
    {
        var engine = Open();
        var pieces = 0;
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var _ in engine.GenerateAsync("window", Some))
            {
                pieces++;
                engine.Dispose();
                Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Tokenize("a"));
            }
        });
        Assert.AreEqual(1, pieces);
        Assert.IsGreaterThan(0, engine.Metrics.GeneratedTokens, "They may be read afterwards.");
    }

    [TestMethod]
    public async Task Dispose_EnumerationGivenUpWithoutItsEnd_ReturnsAndSoDoWhoWait()
    {
        var engine = Open();
        var pieces = engine.GenerateAsync("window", Some).GetAsyncEnumerator();
        Assert.IsTrue(await pieces.MoveNextAsync());
        var waiting = Enumerable.Range(0, 3).Select(_ => Task.Run(() => engine.Generate("a"))).ToArray();
        await Task.Run(engine.Dispose).WaitAsync(Limit);
        foreach (var task in waiting)
            await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => task.WaitAsync(Limit));
        await pieces.DisposeAsync();
    }

    // Threads of all kinds of calls, and one that closes: each call is answered as alone, or refused as disposed.
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Dispose_WhileManyCall_AnswersOrRefuses(bool pinned)
    {
        if (pinned && !OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            Assert.Inconclusive("This system pins no threads.");
        var options = new TinyGptOptions { ExactAttention = true, Processors = pinned ? [FirstProcessor()] : [] };
        string expected;
        using (var engine = Open(options))
            expected = engine.Generate("window", Some);
        for (var round = 0; round < 10; round++)
        {
            var engine = Open(options);
            var faults = new ConcurrentQueue<Exception>();
            Action[] calls =
            [
                () => Assert.AreEqual(expected, engine.Generate("window", Some)),
                () => Assert.AreEqual(expected, string.Concat(engine.GenerateAsync("window", Some).ToBlockingEnumerable())),
                () => Assert.AreEqual("tap", engine.Detokenize(engine.Tokenize("tap"))),
                () => Assert.IsGreaterThanOrEqualTo(0, engine.Metrics.GeneratedTokens),
                () => Assert.HasCount(64, engine.Embed("window")),
            ];
            var threads = calls.Select(call => new Thread(() =>
            {
                try
                {
                    for (var i = 0; i < 20; i++)
                        call();
                }
                catch (ObjectDisposedException)
                {
                    // As it should be.
                }
                catch (Exception e)
                {
                    faults.Enqueue(e);
                }
            })).ToArray();
            foreach (var thread in threads)
                thread.Start();
            engine.Embed("a call of this thread's, so that the others have begun");
            engine.Dispose();
            foreach (var thread in threads)
                Assert.IsTrue(thread.Join(Limit), "A call did not return.");
            Assert.IsEmpty(faults, faults.FirstOrDefault()?.ToString());
        }
    }

    private static int FirstProcessor()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return OperatingSystem.IsLinux() || OperatingSystem.IsWindows()
            ? System.Numerics.BitOperations.TrailingZeroCount((ulong)process.ProcessorAffinity)
            : 0;
    }

    private static TinyGptPredictionEngine Open(TinyGptOptions? options = null) => TinyGptPredictionEngine.Open(
        TinyModels.Create(ModelKind.Llama, seed: 4), options ?? new TinyGptOptions { ExactAttention = true });
}
