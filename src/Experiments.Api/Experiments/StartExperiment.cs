using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Experiments;

internal static class StartExperiment
{
    /// <summary>Optional: the time of the start, in the past, for a test whose history is imported.</summary>
    internal sealed record Request
    {
        public DateTimeOffset? At { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.At).Must(at => at is null || at.Value.Year >= 1990)
            .WithMessage("must be the time at which the test began, 1990 or later");
    }

    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/{key}/start", HandleAsync)
        .WithName("startExperiment")
        .WithSummary("Start a draft: its plan is frozen and hashed, and users are assigned from now on.")
        .Validate<Request>()
        .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity);

    internal static async Task<Ok<ExperimentView>> HandleAsync(
        string key,
        [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] Request? request,
        CatalogStore catalog,
        Priors priors,
        ClaimsPrincipal user,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (request?.At > now)
        {
            throw Problems.Invalid("in-the-future", "'at' is in the future: a start cannot be booked ahead.",
                ("at", $"must be in the past; now it is {now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        }

        var draft = (await catalog.RefreshAsync(cancellationToken)).RequireExperiment(key);
        var prior = draft.LearnedPrior ? await priors.ForAsync(catalog.State, draft, cancellationToken) : null;
        var state = await catalog.CommitAsync(
            user.ActorName(), state => Decide(state, state.RequireExperiment(key), request?.At ?? now, prior), cancellationToken);
        return TypedResults.Ok(ExperimentView.From(state.RequireExperiment(key)));
    }

    private static CatalogChange Decide(CatalogState state, Experiment experiment, DateTimeOffset at, FrozenPrior? prior)
    {
        LifeCycle.Require(experiment, "start", ExperimentStatus.Draft);
        // KPIs may have been archived since the draft.
        CreateExperiment.CheckReferences(state, experiment);

        var kpis = Plan.KpisOf(state, experiment);
        return new CatalogChange("experiment.start", "", experiment with
        {
            Version = experiment.Version + 1,
            Status = ExperimentStatus.Running,
            StartedAt = at,
            FrozenKpis = kpis,
            Prior = prior,
            PlanHash = Plan.HashOf(experiment, kpis),
            Slots = Layers.Take(state, experiment),
            LayerSalt = Layers.LayerSalt(experiment),
            Salt = Layers.Salt(experiment),
            Epochs = [Tables.First(experiment.Variants, at)],
        });
    }
}
