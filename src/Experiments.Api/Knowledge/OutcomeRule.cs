using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Knowledge;

/// <summary>Reads the outcome of a hypothesis from the last look at its test. Pure.</summary>
internal static class OutcomeRule
{
    public static Outcome Of(ExperimentLook look, Hypothesis hypothesis)
    {
        var experiment = look.Data.Experiment;
        var kpi = Math.Max(0, experiment.FrozenKpis.ToList().FindIndex(k => k.Key == hypothesis.Expect.Kpi));
        var kpiLook = look.Kpis[kpi];
        var comparison = Judged(look, kpiLook);
        var readOut = kpiLook.MatureReadOut;
        var variant = comparison.Variant;
        return new Outcome(
            experiment, hypothesis, experiment.Variants[variant].Key, experiment.FrozenKpis[kpi].Key, StateOf(look, kpi, comparison, hypothesis),
            comparison.Look.Users, readOut.Pair(look.Data.Control, variant).RelativeLift, readOut.LogRatio(look.Data.Control, variant));
    }

    private static ComparisonLook Judged(ExperimentLook look, KpiLook kpi)
    {
        if (look.Data.Experiment.PromotedVariant is { } promoted)
        {
            var index = look.Data.Experiment.IndexOf(promoted);
            return kpi.Comparisons.First(c => c.Variant == index);
        }

        return kpi.Comparisons.MaxBy(c => kpi.MatureReadOut.Worth(c.Variant)) ?? kpi.Comparisons[0];
    }

    private static string StateOf(ExperimentLook look, int kpi, ComparisonLook comparison, Hypothesis hypothesis)
    {
        if (!look.Health.IsSound) return Outcome.Open;
        var promoted = kpi == 0 && look.Data.Experiment.PromotedVariant is not null;
        var goodIsUp = !look.Kpis[kpi].Mature.Decrease;
        var expectsUp = hypothesis.Expect.Direction != "decrease";

        // "better" is in the KPI's own direction; a hypothesis may expect a KPI to get worse.
        var asExpected = goodIsUp == expectsUp ? ComparisonLook.Better : ComparisonLook.Worse;
        var against = goodIsUp == expectsUp ? ComparisonLook.Worse : ComparisonLook.Better;
        if (comparison.Decision == asExpected || (promoted && asExpected == ComparisonLook.Better)) return Outcome.Held;
        if (comparison.Decision == against || comparison.Decision == ComparisonLook.Equivalent) return Outcome.Refuted;
        return look.Finding is { Kind: not Finding.Winner } || comparison.Look.Evidence.T >= 1 ? Outcome.Refuted : Outcome.Open;
    }
}
