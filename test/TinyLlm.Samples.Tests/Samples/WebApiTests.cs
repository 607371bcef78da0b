using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TinyLlm.Gguf;

namespace TinyLlm.Samples.Tests.Samples;

/// <summary>
/// Starts the web service on a port of its own with a random model, and asks it what people ask;
/// the oracle is an engine with the same model.
/// </summary>
[TestClass]
public sealed class WebApiTests : IDisposable
{
    private const int LongContext = 16384;

    private readonly TemporaryFolder _folder = new();
    private readonly SampleRun _service;
    private readonly TinyGptPredictionEngine _engine;
    private readonly HttpClient _client;

    public WebApiTests()
    {
        var model = TinyModels.Create(ModelKind.Llama, width: 256);
        using (var endless = new LanguageModel(
            model.Architecture with { ContextLength = LongContext }, model.Vocabulary, model.Tensors.Select(WithoutEnd)))
            endless.Save(_folder.PathOf("model.gguf"));
        _engine = TinyGptPredictionEngine.Open(_folder.PathOf("model.gguf"));
        _service = SampleRun.Start(_folder, "WebApi", "--model", _folder.PathOf("model.gguf"), "--urls", "http://127.0.0.1:0");
        var line = _service.ReadUntil("Now listening on: ");
        // A client that reads on what it gave up, to keep the connection, has not gone away.
        _client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 })
        {
            BaseAddress = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]),
        };
    }

    public void Dispose()
    {
        _client.Dispose();
        _service.Dispose();
        _engine.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public async Task Score_ManyAtOnce_EachGetsItsOwn()
    {
        var texts = Enumerable.Range(0, 24).Select(i => string.Join(' ', Enumerable.Range(i, 10 + i))).ToArray();
        var scores = await Task.WhenAll(texts.Select(ScoreAsync));
        for (var i = 0; i < texts.Length; i++)
            Assert.AreEqual(_engine.Perplexity(texts[i]).NatsPerToken, scores[i], 1e-5, texts[i]); // a float's digits
    }

    [TestMethod]
    [DataRow("/score", """{ "text": "" }""", "at least 2 are needed", DisplayName = "nothing to score")]
    [DataRow("/score", """{ "text": "5" }""", "at least 2 are needed", DisplayName = "one token")]
    [DataRow("/score", """{ "words": "5 5" }""", "text", DisplayName = "another property")]
    [DataRow("/score", "5 5", "JSON", DisplayName = "no JSON")]
    [DataRow("/continue", """{ "text": "5", "maximumTokens": 0 }""", "MaximumTokens is 0; at least 1 is expected", DisplayName = "nothing")]
    public async Task Post_WrongRequest_400SaysWhatIsWrong(string path, string body, string expected)
    {
        using var answer = await _client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        StringAssert.Contains(problem.GetProperty("detail").GetString(), expected);
    }

    [TestMethod]
    public async Task Continue_Stream_IsWhatTheEngineWrites()
    {
        using var answer = await ContinueAsync("5 5 22", maximumTokens: 40);
        Assert.AreEqual("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var events = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var pieces = events.Select(text => string.Join('\n', text.Split('\n').Select(line => line["data: ".Length..])));
        Assert.AreEqual(_engine.Generate("5 5 22", new GenerationOptions { MaximumTokens = 40 }), string.Concat(pieces));
    }

    [TestMethod]
    public async Task Continue_ClientGoesAway_StopsComputing()
    {
        using (var answer = await ContinueAsync("5 5 22", LongContext - 10))
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            Assert.StartsWith("data: ", await reader.ReadLineAsync());
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await MetricAsync("requests_cancelled_total") == 0)
            limit.Token.ThrowIfCancellationRequested();
        Assert.IsLessThan(LongContext - 10, await MetricAsync("generated_tokens_total"), "The whole continuation was computed for nobody.");
        Assert.IsGreaterThan(0, await ScoreAsync("5 5 22"));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Windows has no signal to send.")]
    public async Task Service_Terminated_EndsWell()
    {
        StringAssert.Contains(await _client.GetStringAsync("/health"), "model.gguf");
        _service.Signal("TERM");
        var (code, errors) = _service.End();
        Assert.AreEqual("", errors);
        Assert.AreEqual(0, code, _service.Output);
    }

    // The head is tied: with a row of zeros the end has the logit 0, and the best of 256 random ones is above.
    private static ModelTensor WithoutEnd(ModelTensor tensor)
    {
        if (tensor.Name != "token_embd.weight")
            return tensor;
        var values = tensor.ToSingles();
        values.AsSpan(^(int)tensor.Shape[1]..).Clear();
        return ModelTensor.FromSingles(tensor.Name, tensor.Shape, values);
    }

    private async Task<double> ScoreAsync(string text)
    {
        using var answer = await _client.PostAsJsonAsync("/score", new { text });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("natsPerToken").GetDouble();
    }

    private Task<HttpResponseMessage> ContinueAsync(string text, int maximumTokens) => _client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/continue") { Content = JsonContent.Create(new { text, maximumTokens }) },
        HttpCompletionOption.ResponseHeadersRead);

    private async Task<int> MetricAsync(string name) => int.Parse(
        Regex.Match(await _client.GetStringAsync("/metrics"), $@"^{name} (\d+)$", RegexOptions.Multiline).Groups[1].Value,
        CultureInfo.InvariantCulture);
}
