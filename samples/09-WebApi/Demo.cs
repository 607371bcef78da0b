using System.Net.Http.Json;
using System.Text.Json;

namespace WebApi;

/// <summary>Starts the service on a port of its own, and asks it what it can do.</summary>
internal static class Demo
{
    public static async Task RunAsync(WebApplication app)
    {
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Console.WriteLine($"GET /health: {await client.GetStringAsync("/health")}");

        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "normal.csv")).Skip(1).Take(8).ToArray();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var normal = await Task.WhenAll(lines.Select(line => ScoreAsync(client, line)));
        var ms = clock.ElapsedMilliseconds;
        Console.WriteLine($"POST /score: {normal.Average():F2} nats per token for {lines.Length} normal sessions at once, in {ms} ms");
        var backwards = await Task.WhenAll(lines.Select(line => ScoreAsync(client, string.Join(' ', line.Split(' ').Reverse()))));
        Console.WriteLine($"POST /score: {backwards.Average():F2} for the same sessions backwards");

        foreach (var wrong in (string[])["""{ "text": "" }""", """{ "words": 1 }"""])
        {
            using var answer = await client.PostAsync("/score", new StringContent(wrong, System.Text.Encoding.UTF8, "application/json"));
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Console.WriteLine($"POST /score {wrong}: {(int)answer.StatusCode}, {problem.GetProperty("detail").GetString()}");
        }

        var beginning = JsonContent.Create(new { text = lines[0][..8], maximumTokens = 8 });
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/continue") { Content = beginning })
        using (var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            var events = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var text = string.Concat(events.Select(line => line["data: ".Length..]));
            Console.WriteLine($"POST /continue {lines[0][..8]}: {text} in {events.Length} events");
        }

        Console.WriteLine($"GET /metrics:\n{await client.GetStringAsync("/metrics")}");
        await app.StopAsync();
    }

    private static async Task<float> ScoreAsync(HttpClient client, string text)
    {
        using var answer = await client.PostAsJsonAsync("/score", new { text });
        return (await answer.Content.ReadFromJsonAsync<Surprise>())!.NatsPerToken;
    }
}
