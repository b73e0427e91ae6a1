using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Promotion;

/// <summary><c>POST /v1/experiments/{key}/promotions</c>: a person promotes a variant, and says why.</summary>
internal static class PromoteByHand
{
    internal sealed record Request
    {
        /// <summary>Key of the variant to promote; not the control.</summary>
        [Required]
        public string? Variant { get; init; }
        [Required]
        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Variant).NotEmpty().WithMessage("is required: the key of the variant to promote");
            RuleFor(r => r.Reason).Text(2000);
        }
    }

    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/{key}/promotions", HandleAsync)
        .WithName("promoteVariant")
        .WithSummary("Promote a variant by hand: it becomes a best practice with the evidence there is, and the experiment ends. Where the plan "
            + "asks for approval it is proposed only (202), and waits for a second person.")
        .Validate<Request>()
        .Answers(404, 409, 422, 503);

    internal static async Task<Results<Created<DecisionView>, Accepted<ProposalView>>> HandleAsync(
        string key, Request request, CatalogStore catalog, ResultsService results, Promoter promoter, Proposals proposals,
        ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var experiment = (await catalog.RefreshAsync(cancellationToken)).RequireExperiment(key);
        Check(experiment, request.Variant!);
        var look = await results.LookAsync(key, cancellationToken);
        RequireSound(look, request.Variant!);
        var index = experiment.IndexOf(request.Variant!);
        var comparison = look.Primary.Comparisons.First(c => c.Variant == index);
        var evidence = JsonSerializer.SerializeToElement(FindingEvidence.Of(look.Data, look.Health, look.Primary, comparison), ApiJson.Stored);
        if (experiment.Decision.Approval)
        {
            var (after, proposed) = await proposals.ProposeAsync(key, request.Variant!, user.ActorName(), request.Reason!, evidence, cancellationToken);
            if (!proposed) throw AlreadyProposed(after.RequireExperiment(key));
            return TypedResults.Accepted($"/v1/experiments/{key}", ProposalView.From(after.RequireExperiment(key).Proposal!));
        }

        var (state, promoted) = await promoter.PromoteAsync(
            key, request.Variant!, user.ActorName(), request.Reason!, evidence, onlyRunning: false, cancellationToken);
        if (!promoted) throw AlreadyPromoted(state.RequireExperiment(key));
        return TypedResults.Created($"/v1/best-practices/{key}", DecisionView.From(state.DecisionsOf(key)[^1]));
    }

    /// <exception cref="ProblemException">409: the data cannot be trusted, there are none, or the variant was shown to do harm.</exception>
    public static void RequireSound(ExperimentLook look, string variant)
    {
        if (!look.Health.IsSound)
        {
            throw Problems.Conflict(
                "unhealthy", "The experiment's data cannot be trusted: see 'health' in its results. Nothing is promoted on it.");
        }

        if (look.Health.Users == 0)
        {
            throw Problems.Conflict("no-data", "No user has been counted yet: a promotion records its evidence, and there is none.");
        }

        var experiment = look.Data.Experiment;
        if (experiment.SafetyStopped.Contains(variant) && (experiment.Status == ExperimentStatus.Stopped || experiment.VariantOf(variant).Weight == 0))
        {
            throw Problems.Conflict("variant-stopped",
                $"'{variant}' was shown to do harm and was stopped: it cannot be promoted. See GET /v1/experiments/{experiment.Key}/decisions.");
        }
    }

    private static ProblemException AlreadyProposed(Experiment experiment) => experiment.PromotedVariant is not null
        ? AlreadyPromoted(experiment)
        : Problems.Conflict("already-proposed",
            $"A promotion of '{experiment.Proposal!.Variant}' waits for approval already: approve or reject it first.");

    private static void Check(Experiment experiment, string variant)
    {
        if (experiment.StartedAt is null)
        {
            throw Problems.Conflict("wrong-state", $"'{experiment.Key}' is a draft: nothing was measured that could be promoted.");
        }

        if (experiment.PromotedVariant is not null) throw AlreadyPromoted(experiment);
        if (experiment.IndexOf(variant) < 0)
        {
            var known = string.Join(", ", experiment.Variants.Select(v => v.Key));
            throw Problems.Unprocessable("unknown-variant", $"'{variant}' is no variant of '{experiment.Key}'; it has {known}.",
                ("variant", $"must be one of {known}"));
        }

        if (variant == experiment.Control)
        {
            throw Problems.Unprocessable(
                "control-not-promotable", $"'{variant}' is the control: it is served already. Stop the experiment to keep it.",
                ("variant", "must not be the control"));
        }
    }

    private static ProblemException AlreadyPromoted(Experiment experiment) => Problems.Conflict(
        "already-promoted", $"'{experiment.PromotedVariant}' of '{experiment.Key}' was promoted already; one experiment gives one best practice.");
}
