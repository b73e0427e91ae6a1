using System.Text.Json.Serialization;
using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Shared;

/// <summary>Whether the process lives, and whether it can serve.</summary>
internal static partial class Health
{
    /// <summary>A check that takes longer than this has failed: who asks has a time limit of his own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Operate").Public();
        health.MapGet("/live", () => TypedResults.Ok(new LiveView("ok")))
            .WithName("live").WithSummary("The process answers.");
        health.MapGet("/ready", ReadyAsync)
            .WithName("ready").WithSummary("The store can be written and the catalogue is loaded; 503 otherwise.")
            .Produces<ReadyView>(StatusCodes.Status503ServiceUnavailable);
    }

    internal static async Task<Results<Ok<ReadyView>, JsonHttpResult<ReadyView>>> ReadyAsync(
        IStore store, CatalogFollower catalog, StoreCompleteness completeness, ILogger<CatalogFollower> logger, CancellationToken cancellationToken)
    {
        var checks = new Dictionary<string, string>
        {
            ["store"] = await PingAsync(store, logger, cancellationToken),
            ["catalog"] = catalog.IsLoaded ? "ok" : "loading",
            ["completeness"] = completeness.Problem is null ? "ok" : "store-incomplete",
        };
        return checks.Values.All(c => c == "ok")
            ? TypedResults.Ok(new ReadyView("ready", store.Status.Durability, null, checks))
            : TypedResults.Json(new ReadyView("notReady", store.Status.Durability, completeness.Problem, checks), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string> PingAsync(IStore store, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await store.PingAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            return "ok";
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TimeoutException)
        {
            logger.StoreNotReady(exception);
            return "unavailable";
        }
    }

    internal sealed record LiveView(string Status);

    /// <param name="Durability">What an acknowledged event survives: <c>fsync</c> (a loss of power), <c>replicated</c> (that of a machine),
    /// <c>everySecond</c> (a crash of Redis may lose two seconds), <c>memory</c> (nothing).</param>
    /// <param name="Problem">What is wrong with the store and what to do.</param>
    internal sealed record ReadyView(
        string Status, string Durability, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem,
        IReadOnlyDictionary<string, string> Checks);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "The store does not answer: the service is not ready")]
    private static partial void StoreNotReady(this ILogger logger, Exception exception);
}
