// Records what .NET's own HTTP client reports (its event sources System.Net.Http and System.Net.Sockets) while jobs fetch and send small
// files over loopback, as the log that samples/08-LogAnomaly.cs learns from: one line for each job, the keys of its events in their order.
//   dotnet run -c Release samples/data/record-http-events.cs -- [FOLDER [NORMAL [ABNORMAL]]]
// In an abnormal job the server fails one request; the client asks again, so that every job reaches its end.
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

var folder = Directory.CreateDirectory(args.ElementAtOrDefault(0) ?? Path.Combine(Path.GetTempPath(), "http-events")).FullName;
using var events = new HttpEvents();
using var server = new FaultyServer();
await RecordAsync("normal", args.ElementAtOrDefault(1) ?? "750", new Random(1), FaultyServer.None);
await RecordAsync("abnormal", args.ElementAtOrDefault(2) ?? "150", new Random(2), FaultyServer.Faults);

async Task RecordAsync(string name, string count, Random random, string faults)
{
    using var writer = new StreamWriter(Path.Combine(folder, name + ".csv")) { NewLine = "\n" };
    writer.WriteLine("keys");
    var jobs = int.Parse(count, CultureInfo.InvariantCulture);
    for (var job = 0; job < jobs; job++)
    {
        await RunAsync(random, faults[random.Next(faults.Length)]);
        writer.WriteLine(string.Join(' ', events.Take()));
    }

    Console.WriteLine($"{jobs} {name} jobs in {folder}");
}

// A job has a client of its own and asks for 2 to 5 files, one after the other. Now and then a file has moved, or the server says that it
// closes the connection.
async Task RunAsync(Random random, char fault)
{
    using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = server.Address,
        Timeout = TimeSpan.FromSeconds(0.5),
    };
    var requests = random.Next(2, 6);
    var failing = random.Next(requests);
    for (var i = 0; i < requests; i++)
    {
        var (size, sends) = (random.Next(100, 3000), random.Next(3) == 0);
        var ways = $"{(random.Next(8) == 0 ? FaultyServer.Moves : "")}{(random.Next(8) == 0 ? FaultyServer.Closes : "")}";
        if (i != failing || !await AskAsync(client, size, sends, ways + fault))
            await AskAsync(client, size, sends, ways);
    }
}

static async Task<bool> AskAsync(HttpClient client, int size, bool sends, string ways)
{
    try
    {
        using var response = sends
            ? await client.PutAsync($"/{size}/{ways}", new ByteArrayContent(new byte[size]))
            : await client.GetAsync($"/{size}/{ways}");
        return response.IsSuccessStatusCode;
    }
    catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
    {
        return false;
    }
}

/// <summary>Keeps the keys of what the client reports: an event's number in System.Net.Http, and 20 more in System.Net.Sockets.</summary>
internal sealed class HttpEvents : EventListener
{
    private static readonly Lock Gate = new(); // static: the base class calls before a constructor has run
    private static List<int> _keys = [];

    public IReadOnlyList<int> Take()
    {
        lock (Gate)
        {
            var taken = _keys;
            _keys = [];
            return taken;
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is "System.Net.Http" or "System.Net.Sockets")
            EnableEvents(eventSource, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var isSocket = eventData.EventSource.Name == "System.Net.Sockets";
        if (isSocket && eventData.EventName?.StartsWith("Connect", StringComparison.Ordinal) != true)
            return; // the server accepts in the same process
        lock (Gate)
            _keys.Add(eventData.EventId + (isSocket ? 20 : 0));
    }
}

/// <summary>Answers requests for /SIZE/WAYS with SIZE bytes, in the ways that the letters of WAYS say.</summary>
internal sealed class FaultyServer : IDisposable
{
    public const string Moves = "m"; // sends the client to another address first
    public const string Closes = "c"; // says that it closes the connection, and does
    public const string None = "-";
    public const string Faults = "rtsui"; // resets, truncates, is silent, is unavailable, closes the idle connection without a word

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FaultyServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
            _ = ServeAsync(await _listener.AcceptTcpClientAsync());
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                while (await ReadAsync(reader) is var (size, ways) && await AnswerAsync(client, reader, size, ways))
                {
                    // The connection is kept for the next request.
                }
            }
            catch (IOException)
            {
                // The client has given up.
            }
        }
    }

    private static async Task<(int Size, string Ways)?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync() is not { Length: > 0 } request)
            return null;
        var length = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header["Content-Length:".Length..], CultureInfo.InvariantCulture);
        }

        if (length > 0) // reading nothing waits for more all the same
            await reader.ReadBlockAsync(new char[length], 0, length);
        var path = request.Split(' ')[1].Split('/');
        return (int.Parse(path[1], CultureInfo.InvariantCulture), path[2]);
    }

    // Returns whether the connection is kept.
    private static async Task<bool> AnswerAsync(TcpClient client, StreamReader reader, int size, string ways)
    {
        if (ways.Contains('s'))
        {
            await reader.ReadLineAsync(); // until the client has had enough
            return false;
        }

        var (moves, closes, fails) = (ways.Contains(Moves), ways.Contains(Closes) || ways.Contains('u'), ways.Contains('u'));
        var status = fails ? "503 Service Unavailable"
            : moves ? $"307 Temporary Redirect\r\nLocation: /{size}/{ways.Replace(Moves, "")}"
            : "200 OK";
        var head = $"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{(closes ? "Connection: close\r\n" : "")}\r\n";
        var breaks = !moves && ways.AsSpan().ContainsAny('r', 't');
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head + new string('x', breaks ? size / 2 : size)));
        if (ways.Contains('r'))
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        return !closes && !breaks && (moves || !ways.Contains('i'));
    }
}
