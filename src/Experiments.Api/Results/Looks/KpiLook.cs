using Experiments.Api.Results.Figures;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>What one look says of a KPI: each treatment against the control.</summary>
internal sealed record KpiLook(int Kpi, KpiData Mature, ReadOut MatureReadOut, IReadOnlyList<ComparisonLook> Comparisons);

/// <summary>One treatment at one look.</summary>
/// <param name="Variant">Index of the treatment.</param>
/// <param name="LogEvidenceAdjusted">Log evidence after closed averaging over all treatments of the KPI.</param>
/// <param name="Alpha">Error budget of the comparison.</param>
/// <param name="Decision"><c>better</c>, <c>worse</c>, <c>equivalent</c> or <c>undecided</c>, read from this look.</param>
internal sealed record ComparisonLook(
    int Variant, PairLookResult Look, PairState State, double LogEvidenceAdjusted, double Alpha, string Decision)
{
    public const string Better = "better";
    public const string Worse = "worse";
    public const string Equivalent = "equivalent";
    public const string Undecided = "undecided";

    /// <summary>Anytime p-value: 1 over the largest evidence so far, at most 1.</summary>
    public double PValue => Math.Min(1, Math.Exp(-State.MaxLogEvidenceAdjusted));

    /// <summary>Whether waiting for the horizon is not worth it: the chance to decide before it is under 5 %.</summary>
    public bool IsFutile(PairPlan plan) =>
        State.HorizonUsers is { } horizon && Futility.IsFutile(plan.ToSequential(horizon), Look.Evidence.X, Look.Evidence.T);

    /// <summary>Test that gave the evidence, as results name it.</summary>
    public string? Method { get; init; }

    /// <summary>Makes the look at all treatments of one KPI.</summary>
    public static KpiLook Of(ExperimentData data, BanditLook? bandit, int kpi, PairPlan plan, LookState state, long lastDay)
    {
        if (bandit is not null) return BanditComparisons.Of(data, bandit, kpi, plan.Alpha, state, lastDay);
        var mature = data.Mature(kpi, lastDay);
        var key = data.Experiment.FrozenKpis[kpi].Key;
        var treatments = data.Treatments.ToList();
        var looks = treatments
            .Select(t => PairLook.Evaluate(
                mature, data.Control, t, plan, NullHypothesis.NoEffect,
                state.Pair(TestKey.NoEffect(key, data.Experiment.Variants[t].Key)), intervals: true))
            .ToList();

        var adjusted = new double[looks.Count];
        ClosedAveraging.Adjust([.. looks.Select(l => l.Evidence.LogEvidence)], adjusted);
        var readOut = new ReadOut(mature);
        return new KpiLook(kpi, mature, readOut,
        [
            .. treatments.Select((t, i) => From(t, mature, looks[i], adjusted[i], plan)),
        ]);
    }

    /// <summary>What a look says of one treatment, once its evidence was averaged with that of the others.</summary>
    public static ComparisonLook From(int variant, KpiData mature, PairLookResult look, double adjusted, PairPlan plan)
    {
        var kept = look.Next with { MaxLogEvidenceAdjusted = Math.Max(look.Next.MaxLogEvidenceAdjusted, adjusted) };
        return new ComparisonLook(variant, look, kept, adjusted, plan.Alpha, Decide(mature, look.Evidence, adjusted, kept, plan));
    }

    private static string Decide(KpiData mature, Evidence evidence, double adjusted, PairState state, PairPlan plan)
    {
        if (adjusted >= plan.LogThreshold)
        {
            return evidence.Direction > 0 != mature.Decrease ? Better : Worse;
        }

        // A quarter of the lift that the test was built to find is too small to matter.
        var margin = (plan.MinimumDetectableLift ?? 0) / 4;
        return margin > 0 && !state.RelativeLift.IsUnstable && state.RelativeLift.Value.IsInside(-margin, margin) ? Equivalent : Undecided;
    }
}
