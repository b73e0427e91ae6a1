using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Kpis;

internal static class ReadKpis
{
    public static void Map(RouteGroupBuilder kpis)
    {
        kpis.MapGet("/", ListAsync)
            .WithName("listKpis")
            .WithSummary("The KPIs, oldest first; archived ones only with archived=true.")
            .Answers(StatusCodes.Status400BadRequest);
        kpis.MapGet("/{key}", GetAsync)
            .WithName("getKpi")
            .WithSummary("One KPI, archived or not.")
            .Answers(StatusCodes.Status404NotFound);
    }

    internal static async Task<Ok<Page<KpiView>>> ListAsync(
        CatalogStore catalog, int? limit, string? cursor, bool? archived, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        return TypedResults.Ok(Paging.Page(
            state.Kpis.Values.Where(k => !k.Archived || archived == true), k => (k.CreatedAt, k.Key), KpiView.From, limit, cursor));
    }

    internal static async Task<Ok<KpiView>> GetAsync(string key, CatalogStore catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(KpiView.From((await catalog.RefreshAsync(cancellationToken)).RequireKpi(key)));
}
