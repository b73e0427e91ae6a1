using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
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
                return promoted ? Change(current, experiment, variant, by, reason, evidence) : CatalogChange.None;
            },
            cancellationToken).ConfigureAwait(false);
        return (state, promoted);
    }

    private CatalogChange Change(
        CatalogState state, Experiment experiment, string variant, string by, string reason, JsonElement evidence)
    {
        var now = clock.GetUtcNow();
        var replaced = state.BestPractices.Values
            .Where(p => p.Parameter == experiment.Parameter && p.State is PracticeState.Active or PracticeState.Contested)
            .Where(p => SameAudience(p.Scope.Audience, experiment.Audience))
            .ToList();
        var practice = Practice(state, experiment, variant, evidence, replaced.FirstOrDefault(), now);
        var number = state.DecisionsOf(experiment.Key).Count + 1;
        var decision = new Decision
        {
            Key = $"{experiment.Key}/{number}",
            Experiment = experiment.Key,
            At = now,
            Action = "promote",
            By = by,
            Reason = reason,
            Evidence = evidence,
        };
        return new CatalogChange("experiment.promote", reason,
        [
            experiment with
            {
                Version = experiment.Version + 1,
                Status = ExperimentStatus.Stopped,
                StoppedAt = experiment.StoppedAt ?? now,
                StopReason = experiment.StopReason ?? $"'{variant}' was promoted.",
                PromotedVariant = variant,
                DecisionCount = number,
            },
            practice,
            decision,
            .. replaced.Select(p => p with
            {
                Version = p.Version + 1, State = PracticeState.Retired, RetiredReason = $"Replaced by '{practice.Key}'.",
            }),
        ]);
    }

    // By their text: a record of lists and JSON values is never equal to another.
    private static bool SameAudience(AudienceCondition? a, AudienceCondition? b) =>
        JsonSerializer.Serialize(a, ApiJson.Stored) == JsonSerializer.Serialize(b, ApiJson.Stored);

    private static BestPractice Practice(
        CatalogState state, Experiment experiment, string variant, JsonElement evidence, BestPractice? before, DateTimeOffset now)
    {
        var hypothesis = state.RequireHypothesis(experiment.Hypothesis);
        var figures = evidence.Deserialize<FindingEvidence>(ApiJson.Stored)!;
        return new BestPractice
        {
            Key = experiment.Key,
            Version = (state.BestPractices.GetValueOrDefault(experiment.Key)?.Version ?? 0) + 1,
            Parameter = experiment.Parameter,
            Value = experiment.VariantOf(variant).Value,
            HoldbackValue = before is null ? experiment.VariantOf(experiment.Control).Value : before.Value,
            State = PracticeState.Active,
            Scope = new PracticeScope(hypothesis.Market, hypothesis.Channel, hypothesis.Phase, experiment.Audience),
            Holdback = experiment.Decision.Holdback,
            Salt = $"practice/1/{experiment.Key}",
            ValidFrom = now,
            ReviewBy = now.AddDays(experiment.Decision.ReviewAfterDays),
            Evidence =
            [
                new PracticeEvidence(
                    experiment.Key, variant, figures.Kpi, figures.RelativeLift, figures.Lower, figures.Upper,
                    figures.ProbabilityBeatsControl, figures.LogEvidence, figures.Users, experiment.PlanHash),
            ],
            Kpi = experiment.FrozenKpis[0],
            Pillar = hypothesis.Pillar ?? experiment.FrozenKpis[0].Pillar,
        };
    }
}
