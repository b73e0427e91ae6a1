using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;
using Experiments.Api.Results.Looks;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results;

/// <summary>The primary KPI by value of one breakdown: evidence of each segment, held together by e-BH, and lifts drawn to the whole.</summary>
/// <remarks>Segments are read with the base rate, the scale and the horizon that the whole froze: nothing of a segment is tuned on itself.</remarks>
internal static class SegmentLooks
{
    public static IReadOnlyDictionary<(string Value, int Variant), SegmentFiguresView> Of(ExperimentLook look, string attribute)
    {
        var cells = (
            from value in look.Data.Moments.Values(attribute)
            from comparison in look.Primary.Comparisons
            select (Value: value, comparison.Variant, Figures: Evidence(look, new Segment(attribute, value), comparison))).ToList();
        var discovered = new bool[cells.Count];
        EBenjaminiHochberg.Reject([.. cells.Select(c => c.Figures.LogEvidence)], EBenjaminiHochberg.UsualRate, discovered);
        var shrunk = cells.GroupBy(c => c.Variant).SelectMany(group => Shrink([.. group])).ToDictionary(s => s.Key, s => s.Lift);
        return cells.Select((c, i) => (c, i)).ToDictionary(
            x => (x.c.Value, x.c.Variant),
            x => new SegmentFiguresView(
                x.c.Figures.LogEvidence, discovered[x.i], shrunk.TryGetValue((x.c.Value, x.c.Variant), out var lift) ? lift : null));
    }

    private static (double LogEvidence, PastEffect? Effect) Evidence(ExperimentLook look, Segment segment, ComparisonLook comparison)
    {
        var mature = look.Data.Mature(0, segment: segment);
        var whole = comparison.State;
        var frozen = PairState.Initial with
        {
            HorizonUsers = whole.HorizonUsers,
            Test = TestState.Initial with { Baseline = whole.Test.Baseline, Mu0 = whole.Test.Mu0, Sigma2 = whole.Test.Sigma2 },
        };
        var seen = PairLook.Evaluate(
            mature, look.Data.Control, comparison.Variant, Plans.NoEffect(look.Data, 0), NullHypothesis.NoEffect, frozen, intervals: false);
        return (seen.Evidence.LogEvidence, new ReadOut(mature).LogLift(look.Data.Control, comparison.Variant));
    }

    private static IEnumerable<((string Value, int Variant) Key, double Lift)> Shrink(
        IReadOnlyList<(string Value, int Variant, (double LogEvidence, PastEffect? Effect) Figures)> cells)
    {
        var known = cells.Where(c => c.Figures.Effect is not null).ToList();
        var shrunk = SegmentShrinkage.Shrink([.. known.Select(c => c.Figures.Effect!.Value)]);
        return known.Select((c, i) => ((c.Value, c.Variant), Math.Exp(shrunk[i]) - 1));
    }
}
