using Experiments.Api.Results.Figures;
using Experiments.Stats;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>The arms of a bandit against its control, in the form that the looks of an A/B test have too.</summary>
internal static class BanditComparisons
{
    public static KpiLook Of(ExperimentData data, BanditLook bandit, int kpi, double alpha, LookState state, long lastDay)
    {
        var mature = data.Mature(kpi, lastDay);
        var readOut = new ReadOut(mature);
        var rows = bandit.Rows.Mature(kpi, lastDay);
        return new KpiLook(kpi, mature, readOut,
        [
            .. data.Treatments.Select(variant =>
            {
                var key = TestKey.NoEffect(data.Experiment.FrozenKpis[kpi].Key, data.Experiment.Variants[variant].Key);
                var pair = new BanditPairLook(data, bandit.Rows, kpi, variant, rows, state.Pair(key));
                return Comparison(data, bandit, pair, variant, alpha, state.Pair(key), readOut);
            }),
        ]);
    }

    private static ComparisonLook Comparison(
        ExperimentData data, BanditLook bandit, BanditPairLook pair, int variant, double alpha, PairState before, ReadOut readOut)
    {
        // The error is shared out over the arms ever started.
        var share = Math.Log(bandit.Rivals);
        var (better, harm) = (pair.LogBetter(), pair.LogHarm());
        var log = Math.Max(better, harm) == harm && harm > 0 ? harm : better;
        var threshold = -Math.Log(alpha);
        var control = readOut.Mean(data.Control);
        var lift = pair.LiftInterval(alpha, control);
        var next = pair.Next with
        {
            Test = pair.Next.Test with { MaxLogEvidence = Math.Max(before.Test.MaxLogEvidence, log) },
            MaxLogEvidenceAdjusted = Math.Max(before.MaxLogEvidenceAdjusted, log - share),
            Difference = new RunningInterval(pair.DifferenceInterval(alpha, lift, control), IsUnstable: false),
            RelativeLift = new RunningInterval(lift, IsUnstable: false),
        };
        var evidence = Evidence.None with
        {
            X = pair.Estimate() ?? 0,
            T = Math.Clamp((log - share) / threshold, 0, 1),
            LogEvidence = log,
            LogEvidenceUp = better,
            LogEvidenceDown = harm,
        };
        var decision = better - share >= threshold ? ComparisonLook.Better
            : harm - share >= threshold ? ComparisonLook.Worse
            : IsNotWorthwhile(data, lift) && IsNotWorthwhile(data, pair.LiftInterval(alpha / bandit.Rivals, control)) ? ComparisonLook.Equivalent
            : ComparisonLook.Undecided;
        return new ComparisonLook(
            variant, new PairLookResult(evidence, next, pair.Users), next, log - share, alpha, decision)
        {
            Method = pair.Method,
        };
    }

    // Nothing that the sequence leaves possible is worth a change.
    private static bool IsNotWorthwhile(ExperimentData data, Interval interval)
    {
        var least = data.Experiment.Decision.MinimumWorthwhileLift ?? 0.01;
        return data.Experiment.FrozenKpis[0].Direction == "decrease" ? interval.Lower > -least : interval.Upper < least;
    }
}
