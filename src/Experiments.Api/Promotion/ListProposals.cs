using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Promotion;

/// <summary><c>GET /v1/promotions</c>: what waits for the word of a second person.</summary>
internal static class ListProposals
{
    internal sealed record View(string Experiment, ProposalView Proposal);

    public static void Map(RouteGroupBuilder promotions) => promotions
        .MapGet("/", HandleAsync)
        .WithName("listProposedPromotions")
        .WithSummary("Promotions that wait for approval, oldest first; with all=true those answered too.")
        .Answers(400);

    internal static async Task<Ok<Page<View>>> HandleAsync(
        CatalogStore catalog, bool? all, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        var found = state.Experiments.Values.Where(e => e.Proposal is { } p && (all == true || p.State == Proposal.Pending));
        return TypedResults.Ok(Paging.Page(
            found, e => (e.Proposal!.At, e.Key), e => new View(e.Key, ProposalView.From(e.Proposal!)), limit, cursor));
    }
}
