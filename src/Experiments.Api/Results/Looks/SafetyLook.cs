using Experiments.Api.Results.Figures;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>Whether a treatment is shown to do harm on the primary KPI: a budget of its own, and an act that waits for no cycle.</summary>
internal sealed record SafetyLook(ComparisonLook Comparison, PairLookResult Look)
{
    public bool IsHarmful => Look.Evidence.LogEvidence >= -Math.Log(SafetyStop.UsualAlpha);

    public static SafetyLook Of(ExperimentData data, KpiData mature, ComparisonLook comparison, LookState state)
    {
        var key = TestKey.Safety(data.Experiment.FrozenKpis[0].Key, data.Experiment.Variants[comparison.Variant].Key);
        // A bandit needs none: its weights leave a bad arm by themselves, and its guardrails stop it.
        if (data.Experiment.Bandit is not null || comparison.State.HorizonUsers is not { } horizon)
        {
            return new SafetyLook(comparison, new PairLookResult(Evidence.None, state.Pair(key), 0));
        }

        var plan = Plans.OneSided(data, 0, SafetyStop.UsualAlpha, mature.Decrease ? 1 : 0, horizon);
        return new SafetyLook(
            comparison,
            PairLook.Evaluate(mature, data.Control, comparison.Variant, plan, NullHypothesis.NoEffect, state.Pair(key), intervals: false));
    }
}
