using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Kpis;

internal static class ArchiveKpi
{
    public static void Map(RouteGroupBuilder kpis) => kpis
        .MapDelete("/{key}", HandleAsync)
        .WithName("archiveKpi")
        .WithSummary("Archive a KPI that no hypothesis and no experiment uses.")
        .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed);

    internal static async Task<NoContent> HandleAsync(
        string key,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        CatalogStore catalog,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var kpi = state.RequireKpi(key);
                Versions.Check(ifMatch, kpi.Version);
                if (kpi.Archived) return CatalogChange.None;
                RefuseIfUsed(state, key);
                return new CatalogChange("kpi.archive", "", kpi with { Archived = true, Version = kpi.Version + 1 });
            },
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static void RefuseIfUsed(CatalogState state, string key)
    {
        var users = state.Experiments.Values
            .Where(e => !e.Archived
                && (e.PrimaryKpi == key || e.SecondaryKpis.Contains(key) || e.Guardrails.Any(g => g.Kpi == key)))
            .Select(e => $"experiment '{e.Key}'")
            .Concat(state.Hypotheses.Values.Where(h => !h.Archived && h.Expect.Kpi == key).Select(h => $"hypothesis '{h.Key}'"))
            .Order(StringComparer.Ordinal).Take(5).ToList();
        if (users.Count > 0)
            throw Problems.Conflict("in-use", $"The KPI '{key}' is used by {string.Join(", ", users)}; archive these first.");
    }
}
