using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;

namespace Experiments.Api.Promotion;

/// <summary>The best practice that a promotion makes. Pure.</summary>
internal static class PracticeMaker
{
    /// <param name="before">What is served in its scope now, or null: the value that the holdback goes on receiving.</param>
    public static BestPractice Make(
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
            HoldbackValue = before switch
            {
                null => experiment.VariantOf(experiment.Control).Value,
                { State: PracticeState.Active } => before.Value,
                _ => before.HoldbackValue,
            },
            Feature = experiment.VariantOf(variant).Feature,
            HoldbackFeature = before switch
            {
                null => experiment.VariantOf(experiment.Control).Feature,
                { State: PracticeState.Active } => before.Feature,
                _ => before.HoldbackFeature,
            },
            State = PracticeState.Active,
            Scope = ScopeOf(state, experiment),
            Holdback = experiment.Decision.Holdback,
            Salt = $"practice/1/{experiment.Key}",
            ValidFrom = now,
            ReviewBy = now.AddDays(experiment.Decision.ReviewAfterDays),
            Evidence = [EvidenceOf(figures)],
            Kpi = experiment.FrozenKpis[0],
            GuardrailKpis = [.. experiment.Guardrails.Select(g => experiment.FrozenKpis.First(k => k.Key == g.Kpi))],
            Settings = SettingsOf(experiment.Decision),
            Epochs = [new PracticeEpoch(0, now, SnapshotBuilder.HoldbackBuckets(experiment.Decision.Holdback))],
            Proof = figures is { Score: { } score, Information: { } information } ? new EvidenceAtPromotion(score, information) : null,
            Pillar = hypothesis.Pillar ?? experiment.FrozenKpis[0].Pillar,
        };
    }

    public static PracticeScope ScopeOf(CatalogState state, Experiment experiment)
    {
        var hypothesis = state.RequireHypothesis(experiment.Hypothesis);
        return new PracticeScope(hypothesis.Market, hypothesis.Channel, hypothesis.Phase, experiment.Audience);
    }

    public static PracticeEvidence EvidenceOf(FindingEvidence figures) => new(
        figures.Experiment, figures.Variant, figures.Kpi, figures.RelativeLift, figures.Lower, figures.Upper,
        figures.ProbabilityBeatsControl, figures.LogEvidence, figures.Users, figures.PlanHash);

    private static PracticeSettings SettingsOf(DecisionSettings decision)
    {
        var usual = new PracticeSettings();
        return new PracticeSettings
        {
            Holdback = decision.Holdback,
            EscalatedHoldback = decision.EscalatedHoldback,
            CycleDays = decision.CycleDays,
            Warn = decision.Warn ?? usual.Warn,
            Demote = decision.Demote,
            EvidenceHalfLifeDays = decision.EvidenceHalfLifeDays ?? usual.EvidenceHalfLifeDays,
            GuardrailAlpha = decision.GuardrailAlpha ?? usual.GuardrailAlpha,
            ReviewAfterDays = decision.ReviewAfterDays,
        };
    }
}
