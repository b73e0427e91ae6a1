using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Experiments;

internal static class ListDecisions
{
    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapGet("/{key}/decisions", HandleAsync)
        .WithName("listDecisions")
        .WithSummary("What was decided about a test, oldest first, each with the evidence that it was decided on.")
        .Answers(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    internal static async Task<Ok<Page<DecisionView>>> HandleAsync(
        string key, CatalogStore catalog, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        _ = state.RequireExperiment(key);
        return TypedResults.Ok(Paging.Page(state.DecisionsOf(key), d => (d.At, d.Key), DecisionView.From, limit, cursor));
    }
}

internal sealed record DecisionView(DateTimeOffset At, string Action, string By, string Reason, JsonElement Evidence)
{
    public static DecisionView From(Decision d) => new(d.At, d.Action, d.By, d.Reason, d.Evidence);
}
