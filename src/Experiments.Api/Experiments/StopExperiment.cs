using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Experiments;

internal static class StopExperiment
{
    /// <summary>Why it ends: whoever reads the audit will ask.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Text(2000);
    }

    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/{key}/stop", HandleAsync)
        .WithName("stopExperiment")
        .WithSummary("End a test for good, with the reason; its layer is free again.")
        .Validate<Request>()
        .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    internal static async Task<Ok<ExperimentView>> HandleAsync(
        string key, Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var experiment = state.RequireExperiment(key);
                LifeCycle.Require(experiment, "stop", ExperimentStatus.Running, ExperimentStatus.Paused);
                return new CatalogChange("experiment.stop", request.Reason!, experiment with
                {
                    Version = experiment.Version + 1,
                    Status = ExperimentStatus.Stopped,
                    StoppedAt = now,
                    StopReason = request.Reason,
                });
            },
            cancellationToken);
        return TypedResults.Ok(ExperimentView.From(state.RequireExperiment(key)));
    }
}
