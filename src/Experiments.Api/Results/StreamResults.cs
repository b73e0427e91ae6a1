using Experiments.Api.Shared;

namespace Experiments.Api.Results;

/// <summary><c>GET /v1/experiments/{key}/results/stream</c>: one <c>results</c> event at each change, at most one a second.</summary>
internal static class StreamResults
{
    public static void Map(RouteGroupBuilder results) => results
        .MapGet("/{key}/results/stream", HandleAsync)
        .WithName("streamResults")
        .WithSummary("Server-sent events: the results, again at each change; a comment every 15 s while nothing does.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .Answers(404, 503);

    internal static async Task<IResult> HandleAsync(
        string key, HttpRequest request, HttpResponse response, SharedResults results, TimeProvider clock,
        IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        // An unknown key must be a 404, not an empty stream.
        await results.ReadAsync(key, ResultsStream.Pace, cancellationToken);
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.CacheControl = "no-cache";
        var stream = new ResultsStream(key, Language.Of(request), results, clock);
        var lastSeen = request.Headers["Last-Event-ID"].ToString();
        return TypedResults.Stream(
            async body =>
            {
                // A stream never ends by itself: a service that stops must not wait for it.
                using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
                await stream.WriteAsync(body, lastSeen, ends.Token);
            },
            "text/event-stream");
    }
}
