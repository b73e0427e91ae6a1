using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Intake;

/// <summary><c>POST /v1/events</c>: exposures and KPI events, acknowledged when they are committed.</summary>
internal static class CollectEvents
{
    /// <summary>What became of a batch; good events are kept whatever their neighbours.</summary>
    /// <param name="StoreEpoch">Changes when the store may have lost what it acknowledged last: send again what you sent in the last two minutes.</param>
    internal sealed record Receipt(int Accepted, int Duplicates, IReadOnlyList<Rejected> Rejected, string StoreEpoch);

    internal sealed record Rejected(int Index, string? Id, string Code, string Detail);

    public static void Map(RouteGroupBuilder app) => app
        .MapPost("/events", HandleAsync)
        .WithName("collectEvents")
        .WithSummary("Takes exposures and KPI events: {\"events\":[…]}, or one a line as application/x-ndjson; gzip allowed.")
        .Accepts<EventBatch>("application/json", "application/x-ndjson")
        .Produces<Receipt>(StatusCodes.Status202Accepted)
        .Answers(400, 413, 415, 422, 429, 503);

    internal static async Task<IResult> HandleAsync(
        HttpRequest request, CatalogStore catalog, EventLedger ledger, IStore store, ApiMetrics metrics, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var parsed = await ParseAsync(request, cancellationToken);
        var events = await ResolveAsync(parsed, catalog, ledger, clock, cancellationToken);
        var accepted = events.Where(e => e is not null).ToList();
        var rejected = parsed
            .Select((p, i) => (p, i))
            .Where(x => x.p.Problem is not null)
            .Select(x => new Rejected(x.i, Clip(x.p.Id), x.p.Problem!.Code, x.p.Problem.Detail))
            .ToList();
        if (accepted.Count == 0)
        {
            metrics.Ingested(0, 0, rejected.Count);
            throw NothingGood(rejected);
        }


        // Before the commit: of an epoch that changes meanwhile the sender must hear with the next answer at the latest.
        var epoch = store.Status.Epoch;
        var duplicates = await SubmitAsync(ledger, accepted!, cancellationToken);
        var repeated = duplicates.Count(d => d);
        Measure(metrics, catalog.State, accepted!, repeated, rejected.Count, clock, began);
        return TypedResults.Json(
            new Receipt(accepted.Count - repeated, repeated, rejected, epoch), ApiJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>Commits events, or answers why not in the API's terms.</summary>
    public static async Task<bool[]> SubmitAsync(
        EventLedger ledger, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.SubmitAsync(events, cancellationToken);
        }
        catch (LedgerBusyException busy)
        {
            throw new ProblemException(StatusCodes.Status429TooManyRequests, "too-busy", busy.Message) { RetryAfterSeconds = 1 };
        }
    }

    private static void Measure(
        ApiMetrics metrics, CatalogState state, List<LedgerEvent> events, int repeated, int rejected, TimeProvider clock, long began)
    {
        metrics.Ingested(events.Count - repeated, repeated, rejected);
        metrics.Committed(
            clock.GetElapsedTime(began).TotalSeconds, TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - events.Min(e => e.At)).TotalSeconds);
        foreach (var arm in events.OfType<ExposureEvent>().CountBy(e => (e.Target, e.Variant)))
        {
            var key = arm.Key.Target[2..];
            var variant = arm.Key.Target == TargetName.Experiment(key) && state.Experiments.TryGetValue(key, out var experiment)
                ? experiment.Variants[arm.Key.Variant].Key
                : PracticeVariants.All[arm.Key.Variant];
            metrics.Exposed(key, variant, arm.Value);
        }
    }

    private static async Task<List<ParsedEvent>> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is not ("application/json" or "application/x-ndjson"))
        {
            throw Refusal.Of(415, "unsupported-media-type", "Send Content-Type application/json or application/x-ndjson.");
        }

        var body = await RequestBody.ReadAsync(request, cancellationToken);
        var parsed = type == "application/json" ? EventBatchParser.ParseJson(body) : EventBatchParser.ParseLines(body);
        return parsed.Count > 0 ? parsed : throw Refusal.Of(400, "empty-batch", "The batch holds no event.", "events");
    }

    private static async Task<LedgerEvent?[]> ResolveAsync(
        List<ParsedEvent> parsed, CatalogStore catalog, EventLedger ledger, TimeProvider clock, CancellationToken cancellationToken)
    {
        // What is defined or started a moment ago through another process must be known here: one read of a version.
        await catalog.RefreshAsync(cancellationToken);
        var resolver = new EventResolver(catalog.State, ledger, clock.GetUtcNow());
        return [.. parsed.Select(resolver.Resolve)];
    }

    private static ProblemException NothingGood(List<Rejected> rejected) => new(
        StatusCodes.Status422UnprocessableEntity, "no-event-accepted",
        $"None of the {rejected.Count} events was taken; the first: {rejected[0].Detail}")
    {
        Extensions = new Dictionary<string, object?> { ["accepted"] = 0, ["duplicates"] = 0, ["rejected"] = rejected },
    };

    private static string? Clip(string? id) => id is null || id.Length <= 200 ? id : id[..200] + "…";
}
