using Experiments.Api.Catalog;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>A guardrail at one look: harmless, harmful, or neither shown yet.</summary>
internal sealed record GuardrailLook(
    int Kpi, int Variant, string Status, PairLookResult Harmless, PairLookResult Harmful)
{
    public const string IsHarmless = "harmless";
    public const string IsHarmful = "harmful";
    public const string Undecided = "undecided";

    private const double Alpha = 0.05;

    /// <summary>Looks at every guardrail for every treatment.</summary>
    public static IReadOnlyList<GuardrailLook> All(ExperimentData data, BanditLook? bandit, KpiLook primary, LookState state, long lastDay) =>
    [
        .. from guardrail in data.Experiment.Guardrails
           from comparison in primary.Comparisons
           select bandit is null ? Of(data, guardrail, comparison, state, lastDay) : Of(data, bandit, guardrail, comparison.Variant, state, lastDay),
    ];

    private static GuardrailLook Of(
        ExperimentData data, BanditLook bandit, Guardrail guardrail, int treatment, LookState state, long lastDay)
    {
        var experiment = data.Experiment;
        var kpi = experiment.FrozenKpis.ToList().FindIndex(k => k.Key == guardrail.Kpi);
        var before = state.Pair(TestKey.Harmful(guardrail.Kpi, experiment.Variants[treatment].Key));
        var pair = new BanditPairLook(data, bandit.Rows, kpi, treatment, bandit.Rows.Mature(kpi, lastDay), before);
        var (harm, harmless) = (pair.LogHarm(), pair.LogNonInferior(guardrail.Margin));
        var budget = (experiment.Decision.GuardrailAlpha ?? 0.01) / (bandit.Rivals * experiment.Guardrails.Count);
        PairLookResult Result(double log) => new(Evidence.None with { LogEvidence = log }, pair.Next, pair.Users);
        return new GuardrailLook(
            kpi, treatment,
            harm >= -Math.Log(budget) ? IsHarmful : harmless >= -Math.Log(experiment.Decision.Alpha) ? IsHarmless : Undecided,
            Result(harmless), Result(harm));
    }

    private static GuardrailLook Of(ExperimentData data, Guardrail guardrail, ComparisonLook primary, LookState state, long lastDay)
    {
        var treatment = primary.Variant;
        var experiment = data.Experiment;
        var kpi = experiment.FrozenKpis.ToList().FindIndex(k => k.Key == guardrail.Kpi);
        var mature = data.Mature(kpi, lastDay);
        var variant = experiment.Variants[treatment].Key;

        // Good is up: harmless is evidence above 1 - margin. Good is down: the sides change, the counts do not.
        var nullHypothesis = NullHypothesis.OfRatio(mature.Decrease ? 1 + guardrail.Margin : 1 - guardrail.Margin);
        var harmAlpha = Alpha / experiment.Guardrails.Count;
        PairLookResult Look(string key, double alpha, double up) => primary.State.HorizonUsers is { } horizon
            ? PairLook.Evaluate(
                mature, data.Control, treatment, Plans.OneSided(data, kpi, alpha, up, horizon), nullHypothesis, state.Pair(key), intervals: false)
            : new PairLookResult(Evidence.None, state.Pair(key), 0);

        var harmless = Look(TestKey.Harmless(guardrail.Kpi, variant), Alpha, mature.Decrease ? 0 : 1);
        var harmful = Look(TestKey.Harmful(guardrail.Kpi, variant), harmAlpha, mature.Decrease ? 1 : 0);
        var status = harmful.Evidence.LogEvidence >= -Math.Log(harmAlpha) ? IsHarmful
            : harmless.Evidence.LogEvidence >= -Math.Log(Alpha) ? IsHarmless
            : Undecided;
        return new GuardrailLook(kpi, treatment, status, harmless, harmful);
    }
}
