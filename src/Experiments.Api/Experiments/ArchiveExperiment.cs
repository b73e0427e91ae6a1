using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Experiments;

internal static class ArchiveExperiment
{
    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapDelete("/{key}", HandleAsync)
        .WithName("archiveExperiment")
        .WithSummary("Archive a draft or a stopped test; its results stay readable.")
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
                var experiment = state.RequireExperiment(key);
                Versions.Check(ifMatch, experiment.Version);
                if (experiment.Archived) return CatalogChange.None;
                LifeCycle.Require(experiment, "archive", ExperimentStatus.Draft, ExperimentStatus.Stopped);
                return new CatalogChange(
                    "experiment.archive", "", experiment with { Archived = true, Version = experiment.Version + 1 });
            },
            cancellationToken);
        return TypedResults.NoContent();
    }
}
