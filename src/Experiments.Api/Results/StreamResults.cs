using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Experiments.Api.Shared;

namespace Experiments.Api.Results;

/// <summary><c>GET /v1/experiments/{key}/results/stream</c>: one <c>results</c> event at each change, at most one a second.</summary>
internal static class StreamResults
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public static void Map(RouteGroupBuilder results) => results
        .MapGet("/{key}/results/stream", HandleAsync)
        .WithName("streamResults")
        .WithSummary("Server-sent events: the results, again at each change.")
        .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
        .Answers(404, 503);

    internal static async Task<IResult> HandleAsync(
        string key, HttpRequest request, HttpResponse response, ResultsService results, TimeProvider clock, CancellationToken cancellationToken)
    {
        // An unknown key must be a 404, not an empty stream.
        await results.LookAsync(key, cancellationToken);
        response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(EventsAsync(key, Language.Of(request), results, clock, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<ResultsView>> EventsAsync(
        string key, Language language, ResultsService results, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? sent = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var view = new ResultsBuilder(await results.LookAsync(key, cancellationToken), language).Build(null);
            var tag = ReadResults.ETagOf(view);
            if (tag != sent)
            {
                sent = tag;
                yield return new SseItem<ResultsView>(view, "results") { EventId = tag.Trim('"') };
            }

            await Task.Delay(Pace, clock, cancellationToken);
        }
    }
}
