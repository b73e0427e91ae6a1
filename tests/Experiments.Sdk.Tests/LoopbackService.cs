using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests;

/// <summary>A small service on loopback that keeps events by id and can be told to misbehave; real sockets, real HTTP.</summary>
internal sealed class LoopbackService : IAsyncDisposable
{
    private readonly int _port;
    private HttpListener? _listener;
    private Task _loop = Task.CompletedTask;

    public LoopbackService(bool start = true)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        if (start) Start();
    }

    public sealed record Answer(int Status, string Body = "", params (string Name, string Value)[] Headers);

    public Uri Endpoint => new($"http://127.0.0.1:{_port}/");

    /// <summary>Answers to the next posts of events; when empty, events are accepted.</summary>
    public ConcurrentQueue<Answer> EventAnswers { get; } = new();

    /// <summary>Overrides the answer to a post of events; null accepts.</summary>
    public Func<JsonElement, Answer?>? OnEvents { get; set; }

    /// <summary>Events accepted, by id.</summary>
    public ConcurrentDictionary<string, JsonElement> Accepted { get; } = new();

    public ConcurrentQueue<int> BatchSizes { get; } = new();

    public ConcurrentQueue<string?> Authorizations { get; } = new();

    public ConcurrentQueue<int> SnapshotStatuses { get; } = new();

    public int Posts => _posts;

    public Snapshot? Snapshot { get; set; }

    /// <summary>Answers to the next requests for the snapshot; when empty, <see cref="Snapshot"/> or 503.</summary>
    public ConcurrentQueue<Answer> SnapshotAnswers { get; } = new();

    private int _posts;

    public void Start()
    {
        _listener = new HttpListener { Prefixes = { Endpoint.AbsoluteUri } };
        _listener.Start();
        var listener = _listener;
        _loop = Task.Run(() => RunAsync(listener));
    }

    public async Task StopAsync()
    {
        _listener?.Close();
        await _loop;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task RunAsync(HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            try
            {
                await HandleAsync(context);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client went away.
            }
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        Authorizations.Enqueue(context.Request.Headers["Authorization"]);
        var answer = context.Request.Url!.AbsolutePath == "/v1/snapshot"
            ? SnapshotAnswer(context.Request)
            : await EventsAnswerAsync(context.Request);
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.AddHeader(name, value);
        var body = Encoding.UTF8.GetBytes(answer.Body);
        if (body.Length > 0) await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }

    private Answer SnapshotAnswer(HttpListenerRequest request)
    {
        if (!SnapshotAnswers.TryDequeue(out var answer))
        {
            var tag = $"\"{Snapshot?.Version}\"";
            answer = Snapshot is null ? new Answer(503)
                : request.Headers["If-None-Match"] == tag ? new Answer(304)
                : new Answer(200, JsonSerializer.Serialize(Snapshot, JsonSerializerOptions.Web), ("ETag", tag));
        }

        SnapshotStatuses.Enqueue(answer.Status);
        return answer;
    }

    private async Task<Answer> EventsAnswerAsync(HttpListenerRequest request)
    {
        Interlocked.Increment(ref _posts);
        Assert.Equal("gzip", request.Headers["Content-Encoding"]);
        using var gzip = new GZipStream(request.InputStream, CompressionMode.Decompress);
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(gzip);
        var events = body.GetProperty("events");
        if (EventAnswers.TryDequeue(out var answer)) return answer;
        if (OnEvents?.Invoke(events) is { } other) return other;
        BatchSizes.Enqueue(events.GetArrayLength());
        foreach (var item in events.EnumerateArray()) Accepted.TryAdd(item.GetProperty("id").GetString()!, item.Clone());
        return new Answer(202, $$"""{"accepted":{{events.GetArrayLength()}},"duplicates":0,"rejected":[]}""");
    }
}
