using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Promotion;

/// <summary><c>POST /v1/experiments/{key}/promotions/approve</c> and <c>…/reject</c>: the second person's word.</summary>
internal static class AnswerProposal
{
    /// <summary>Why: whoever reads the audit will ask.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Text(2000);
    }

    public static void Map(RouteGroupBuilder experiments)
    {
        experiments.MapPost("/{key}/promotions/approve", ApproveAsync)
            .WithName("approvePromotion")
            .WithSummary("Approve the promotion that waits: another person than who proposed it. It is made at once.")
            .Validate<Request>()
            .Answers(404, 409, 503);
        experiments.MapPost("/{key}/promotions/reject", RejectAsync)
            .WithName("rejectPromotion")
            .WithSummary("Refuse the promotion that waits, with the reason; the experiment goes on.")
            .Validate<Request>()
            .Answers(404, 409);
    }

    internal static async Task<Created<DecisionView>> ApproveAsync(
        string key, Request request, CatalogStore catalog, ResultsService results, Proposals proposals, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var (_, proposal) = Proposals.Waiting(await catalog.RefreshAsync(cancellationToken), key);
        PromoteByHand.RequireSound(await results.LookAsync(key, cancellationToken), proposal.Variant);
        var state = await proposals.ApproveAsync(key, user.ActorName(), request.Reason!, cancellationToken);
        return TypedResults.Created($"/v1/best-practices/{key}", DecisionView.From(state.DecisionsOf(key)[^1]));
    }

    internal static async Task<Ok<ProposalView>> RejectAsync(
        string key, Request request, Proposals proposals, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var state = await proposals.RejectAsync(key, user.ActorName(), request.Reason!, cancellationToken);
        return TypedResults.Ok(ProposalView.From(state.RequireExperiment(key).Proposal!));
    }
}
