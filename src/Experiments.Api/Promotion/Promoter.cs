using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Promotion;

/// <summary>Makes a best practice of a winning variant: once, with its evidence, in one atomic step of the catalogue.</summary>
internal sealed class Promoter(CatalogStore catalog, TimeProvider clock)
{
    public const string Decider = "decider";

    /// <summary>Promotes a variant unless one was promoted already.</summary>
    /// <param name="onlyRunning">The decider promotes running experiments only; a person may promote a stopped one.</param>
    /// <returns>The catalogue after it, and whether this call did it.</returns>
    /// <exception cref="ProblemException">The variant cannot be promoted.</exception>
    public async Task<(CatalogState State, bool Promoted)> PromoteAsync(
        string experimentKey, string variant, string by, string reason, JsonElement evidence, bool onlyRunning,
        CancellationToken cancellationToken)
    {
        var promoted = false;
        var state = await catalog.CommitAsync(
            by,
            current =>
            {
                var experiment = current.RequireExperiment(experimentKey);
                promoted = experiment.PromotedVariant is null && (!onlyRunning || experiment.Status == ExperimentStatus.Running);
                return promoted ? Change(current, experiment, variant, by, reason, evidence, clock.GetUtcNow()) : CatalogChange.None;
            },
            cancellationToken).ConfigureAwait(false);
        return (state, promoted);
    }

    /// <summary>All that a promotion writes: the experiment's end, the practice, the decision, and what it replaces or contradicts.</summary>
    public static CatalogChange Change(
        CatalogState state, Experiment experiment, string variant, string by, string reason, JsonElement evidence, DateTimeOffset now)
    {
        var scope = PracticeMaker.ScopeOf(state, experiment);
        var replaced = state.BestPractices.Values
            .Where(p => p.Key != experiment.Key && p.Parameter == experiment.Parameter && p.State != PracticeState.Retired)
            .Where(p => SameAudience(p.Scope.ToAudience(), scope.ToAudience()))
            .ToList();
        var practice = PracticeMaker.Make(state, experiment, variant, evidence, replaced.MaxBy(p => p.ValidFrom), now);
        var decision = Decisions.Next(state, experiment.Key, "promote", by, reason, evidence, now);
        return new CatalogChange("experiment.promote", reason,
        [
            experiment with
            {
                Version = experiment.Version + 1,
                Status = ExperimentStatus.Stopped,
                StoppedAt = experiment.StoppedAt ?? now,
                StopReason = experiment.StopReason ?? $"'{variant}' was promoted.",
                PromotedVariant = variant,
                DecisionCount = Decisions.Number(decision),
                Proposal = Answered(experiment.Proposal, variant, by, reason, now),
            },
            practice,
            decision,
            .. replaced.Select(p => p with
            {
                Version = p.Version + 1, State = PracticeState.Retired, RetiredReason = $"Replaced by '{practice.Key}'.",
            }),
            .. Contradictions.Of(state, experiment, experiment.Control, evidence).Where(p => replaced.All(r => r.Key != p.Key)),
        ]);
    }

    private static Proposal? Answered(Proposal? proposal, string variant, string by, string reason, DateTimeOffset now) =>
        proposal is { State: Proposal.Pending } && proposal.Variant == variant
            ? proposal with { State = Proposal.Approved, AnsweredBy = by, AnsweredAt = now, Answer = reason }
            : proposal;

    // By their text: a record of lists and JSON values is never equal to another.
    private static bool SameAudience(AudienceCondition? a, AudienceCondition? b) =>
        JsonSerializer.Serialize(a, ApiJson.Stored) == JsonSerializer.Serialize(b, ApiJson.Stored);
}
