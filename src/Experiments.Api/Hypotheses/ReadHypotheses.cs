using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Hypotheses;

internal static class ReadHypotheses
{
    public static void Map(RouteGroupBuilder hypotheses)
    {
        hypotheses.MapGet("/", ListAsync)
            .WithName("listHypotheses")
            .WithSummary("The hypotheses, oldest first; archived ones only with archived=true.")
            .Answers(StatusCodes.Status400BadRequest);
        hypotheses.MapGet("/{key}", GetAsync)
            .WithName("getHypothesis")
            .WithSummary("One hypothesis, archived or not.")
            .Answers(StatusCodes.Status404NotFound);
    }

    internal static async Task<Ok<Page<HypothesisView>>> ListAsync(
        CatalogStore catalog, int? limit, string? cursor, bool? archived, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        return TypedResults.Ok(Paging.Page(
            state.Hypotheses.Values.Where(h => !h.Archived || archived == true), h => (h.CreatedAt, h.Key), HypothesisView.From, limit, cursor));
    }

    internal static async Task<Ok<HypothesisView>> GetAsync(string key, CatalogStore catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(HypothesisView.From((await catalog.RefreshAsync(cancellationToken)).RequireHypothesis(key)));
}
