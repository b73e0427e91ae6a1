using System.Globalization;
using System.Text;
using Experiments.Api.Access;

namespace Experiments.Api.Ofrep;

/// <summary><c>GET …/flags/changes</c>: tells clients when to ask for their flags again.</summary>
internal static class StreamChanges
{
    /// <summary>Query parameter: tag of the flags that the client has, so that no change between the two requests is missed.</summary>
    public const string Since = "since";

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // Proxies close what is silent for longer.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void Map(RouteGroupBuilder routes) => routes
        .MapGet(OfrepSlice.Changes, Handle)
        .TakesTickets()
        .WithName("streamFlagChanges")
        .WithSummary("OFREP: server-sent events, a 'refetchEvaluation' whenever flags may have changed. The address, with its ticket, comes with all flags.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .FailsWith(StatusCodes.Status400BadRequest);

    internal static IResult Handle(
        HttpContext http, FlagSource source, TimeProvider clock, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        FlagErrorMiddleware.PassThrough(http);
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Response.Headers.CacheControl = "no-cache";

        // After a break a browser comes back to the same address, and names the last message.
        var known = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } last] ? last : http.Request.Query[Since].ToString();
        return TypedResults.Stream(
            async body =>
            {
                // A stream never ends by itself: a service that stops must not wait for it.
                using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
                await WriteAsync(body, known, source, clock, ends.Token);
            },
            "text/event-stream");
    }

    private static async Task WriteAsync(Stream body, string known, FlagSource source, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            // At once the first time: a client must know that he is connected.
            long? sentAt = null;
            while (true)
            {
                var flags = source.Known();
                if (flags.Tag != known || sentAt is not { } since || clock.GetElapsedTime(since) >= Heartbeat)
                {
                    await SendAsync(body, flags.Tag == known ? ": nothing new\n\n" : Message(flags, clock.GetUtcNow()), cancellationToken);
                    (known, sentAt) = (flags.Tag, clock.GetTimestamp());
                }

                await Task.Delay(Pace, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has left, what he came in with has ended, or the service stops.
        }
    }

    private static string Message(FlagSet flags, DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture,
            $"id: {flags.Tag}\ndata: {{\"type\":\"refetchEvaluation\",\"etag\":\"{flags.Tag}\",\"lastModified\":{now.ToUnixTimeSeconds()}}}\n\n");

    private static async Task SendAsync(Stream body, string text, CancellationToken cancellationToken)
    {
        await body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await body.FlushAsync(cancellationToken);
    }
}
