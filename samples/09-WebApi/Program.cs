// Serves a language model over HTTP: scores texts in an ML.NET pipeline, streams continuations, stops when a client goes away.
//   dotnet run -c Release --project samples/09-WebApi -- [--model MODEL.gguf] [--engines 2] [--urls http://127.0.0.1:5080]
// Started without --urls and without a console, it asks itself some questions, prints the answers, and ends.
using System.Runtime.CompilerServices;
using Microsoft.ML;
using TinyLlm.Gguf;
using WebApi;

var builder = WebApplication.CreateBuilder(args);
var isDemo = Console.IsInputRedirected && builder.Configuration["urls"] is null;
builder.Logging.AddFilter(isDemo ? null : "Microsoft.AspNetCore", LogLevel.Warning); // a line for each request is too many
builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // so that the answer can say what was wrong
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = Requests.Explain);
var path = builder.Configuration["model"] ?? EventModel.Train();
var engines = Math.Max(1, builder.Configuration.GetValue("engines", 2));
try
{
    // A PredictionEngine is for one caller at a time. A TinyGptPredictionEngine lets its callers wait; several compute side by side.
    var mlContext = new MLContext();
    var tiny = mlContext.TinyLlm();
    var pipeline = tiny.LoadModel(path).Append(tiny.Perplexity(nameof(Surprise.NatsPerToken), nameof(Session.Text)));
    var nothing = mlContext.Data.LoadFromEnumerable<Session>([]);
    using var scorers = new Pool<PredictionEngine<Session, Surprise>>(
        engines, () => mlContext.Model.CreatePredictionEngine<Session, Surprise>(pipeline.Fit(nothing)));
    using var writers = new Pool<TinyGptPredictionEngine>(engines, () => TinyGptPredictionEngine.Open(path));

    await using var app = builder.Build();
    app.UseExceptionHandler(Requests.Errors);
    app.Use(Requests.CountAsync);
    app.MapGet("/health", () => new { status = "ok", model = Path.GetFileName(path), engines });
    app.MapGet("/metrics", () => $"{Requests.Counters}generated_tokens_total {writers.All.Sum(w => w.Metrics.GeneratedTokens)}\n");
    app.MapPost("/score", async (Session session, CancellationToken cancellationToken) =>
    {
        using var scorer = await scorers.TakeAsync(cancellationToken);
        return scorer.Item.Predict(session);
    });
    app.MapPost("/continue", (Beginning beginning, CancellationToken cancellationToken) =>
        TypedResults.ServerSentEvents(ContinueAsync(beginning, cancellationToken)));
    await (isDemo ? Demo.RunAsync(app) : app.RunAsync());
    return 0;

    // The token is cancelled when the client goes away: the next token is not computed, and the engine goes back to the pool.
    async IAsyncEnumerable<string> ContinueAsync(Beginning beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var writer = await writers.TakeAsync(cancellationToken);
        await foreach (var piece in writer.Item.GenerateAsync(beginning.Text, beginning.Options, cancellationToken))
            yield return piece;
    }
}
catch (Exception e) when (e is IOException or GgufFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
