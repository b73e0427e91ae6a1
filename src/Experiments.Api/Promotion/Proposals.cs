using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Promotion;

/// <summary>Four eyes: where the plan asks for approval, a promotion waits until a second person has answered.</summary>
internal sealed class Proposals(CatalogStore catalog, TimeProvider clock)
{
    /// <summary>Proposes a promotion, unless one waits already.</summary>
    /// <returns>The catalogue after it, and whether this call did it.</returns>
    public async Task<(CatalogState State, bool Proposed)> ProposeAsync(
        string experimentKey, string variant, string by, string reason, JsonElement evidence, CancellationToken cancellationToken)
    {
        var proposed = false;
        var state = await catalog.CommitAsync(
            by,
            current =>
            {
                var experiment = current.RequireExperiment(experimentKey);
                proposed = MayPropose(experiment, variant, by);
                return !proposed ? CatalogChange.None : new CatalogChange("experiment.propose", reason, experiment with
                {
                    Version = experiment.Version + 1,
                    Proposal = new Proposal(variant, by, clock.GetUtcNow(), reason, evidence, Proposal.Pending),
                });
            },
            cancellationToken).ConfigureAwait(false);
        return (state, proposed);
    }

    /// <summary>Whether there is something to propose. What was refused is not proposed again by the decider; a person may.</summary>
    public static bool MayPropose(Experiment experiment, string variant, string by) =>
        experiment.PromotedVariant is null
        && (by != Promoter.Decider || experiment.Status == ExperimentStatus.Running)
        && experiment.Proposal switch
        {
            null => true,
            { State: Proposal.Pending } => false,
            var answered => by != Promoter.Decider || answered.Variant != variant,
        };

    /// <summary>Promotes what was proposed, on the evidence of the proposal.</summary>
    public async Task<CatalogState> ApproveAsync(string experimentKey, string by, string reason, CancellationToken cancellationToken) =>
        await catalog.CommitAsync(
            by,
            state =>
            {
                var (experiment, proposal) = Waiting(state, experimentKey);
                RequireSecond(proposal, by);
                return Promoter.Change(state, experiment, proposal.Variant, by, reason, proposal.Evidence, clock.GetUtcNow());
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Refuses what was proposed; the experiment goes on as it was.</summary>
    public async Task<CatalogState> RejectAsync(string experimentKey, string by, string reason, CancellationToken cancellationToken) =>
        await catalog.CommitAsync(
            by,
            state =>
            {
                var (experiment, proposal) = Waiting(state, experimentKey);
                return new CatalogChange("experiment.reject", reason, experiment with
                {
                    Version = experiment.Version + 1,
                    Proposal = proposal with { State = Proposal.Rejected, AnsweredBy = by, AnsweredAt = clock.GetUtcNow(), Answer = reason },
                });
            },
            cancellationToken).ConfigureAwait(false);

    /// <exception cref="ProblemException">404, or 409 <c>nothing-proposed</c>.</exception>
    public static (Experiment Experiment, Proposal Proposal) Waiting(CatalogState state, string experimentKey)
    {
        var experiment = state.RequireExperiment(experimentKey);
        return experiment.Proposal is { State: Proposal.Pending } proposal
            ? (experiment, proposal)
            : throw Problems.Conflict("nothing-proposed",
                $"No promotion of '{experimentKey}' waits for approval. Propose one with POST /v1/experiments/{experimentKey}/promotions.");
    }

    // The decider has no eyes: one person's word on its proposal makes two parties already.
    private static void RequireSecond(Proposal proposal, string by)
    {
        if (proposal.By != by) return;
        throw Problems.Conflict("second-person-needed",
            $"'{by}' proposed this promotion, and the plan asks for a second person: approve it with another key.");
    }
}
