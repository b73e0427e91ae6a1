using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Experiments;

/// <summary>Pause and resume: the same step in two directions.</summary>
internal static class PauseExperiment
{
    public static void Map(RouteGroupBuilder experiments)
    {
        experiments.MapPost("/{key}/pause", PauseAsync)
            .WithName("pauseExperiment")
            .WithSummary("Stop assigning for a while: apps fall back to the best practice or their default; the slots stay held.")
            .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        experiments.MapPost("/{key}/resume", ResumeAsync)
            .WithName("resumeExperiment")
            .WithSummary("Assign again after a pause: everybody finds his variant again.")
            .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    internal static Task<Ok<ExperimentView>> PauseAsync(
        string key, CatalogStore catalog, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        MoveAsync(key, "pause", ExperimentStatus.Running, ExperimentStatus.Paused, catalog, user, cancellationToken);

    internal static Task<Ok<ExperimentView>> ResumeAsync(
        string key, CatalogStore catalog, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        MoveAsync(key, "resume", ExperimentStatus.Paused, ExperimentStatus.Running, catalog, user, cancellationToken);

    private static async Task<Ok<ExperimentView>> MoveAsync(
        string key, string verb, string from, string to, CatalogStore catalog, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var experiment = state.RequireExperiment(key);
                LifeCycle.Require(experiment, verb, from);
                return new CatalogChange($"experiment.{verb}", "", experiment with { Version = experiment.Version + 1, Status = to });
            },
            cancellationToken);
        return TypedResults.Ok(ExperimentView.From(state.RequireExperiment(key)));
    }
}
