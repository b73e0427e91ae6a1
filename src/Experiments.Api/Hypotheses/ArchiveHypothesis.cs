using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Hypotheses;

internal static class ArchiveHypothesis
{
    public static void Map(RouteGroupBuilder hypotheses) => hypotheses
        .MapDelete("/{key}", HandleAsync)
        .WithName("archiveHypothesis")
        .WithSummary("Archive a hypothesis that no experiment uses.")
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
                var hypothesis = state.RequireHypothesis(key);
                Versions.Check(ifMatch, hypothesis.Version);
                if (hypothesis.Archived) return CatalogChange.None;
                RefuseIfUsed(state, key);
                return new CatalogChange("hypothesis.archive", "", hypothesis with { Archived = true, Version = hypothesis.Version + 1 });
            },
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static void RefuseIfUsed(CatalogState state, string key)
    {
        var users = state.Experiments.Values.Where(e => !e.Archived && e.Hypothesis == key).Select(e => $"'{e.Key}'")
            .Order(StringComparer.Ordinal).Take(5).ToList();
        if (users.Count > 0)
        {
            throw Problems.Conflict("in-use",
                $"The hypothesis '{key}' is tested by {string.Join(", ", users)}; archive these experiments first.");
        }
    }
}
