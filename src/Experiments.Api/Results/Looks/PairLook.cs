using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;
using Experiments.Stats;
using Experiments.Stats.Planning;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>What one look at one sequential test gives.</summary>
/// <param name="Evidence">Evidence at this look; <see cref="Stats.Sequential.Evidence.None"/> while the data do not suffice.</param>
/// <param name="Next">State to keep if this look counts; a poll throws it away.</param>
/// <param name="Users">Mature users of the pair that it rests on.</param>
internal sealed record PairLookResult(Evidence Evidence, PairState Next, double Users);

/// <summary>One look at a treatment against the control on mature sums. Pure: state in, state out.</summary>
internal static class PairLook
{
    public static PairLookResult Evaluate(
        KpiData mature, int control, int treatment, PairPlan plan, NullHypothesis nullHypothesis, PairState state, bool intervals)
    {
        var users = mature.Epochs
            .Where(e => KpiData.Share(e, control, treatment) is not null)
            .Sum(e => (double)(e.Cells[control].Users + e.Cells[treatment].Users));
        var look = mature.Type switch
        {
            KpiType.Proportion => Proportion(mature.ProportionPair(control, treatment), plan, nullHypothesis, state, intervals),
            KpiType.Ratio => Ratio(mature.BivariatePair(control, treatment), plan, nullHypothesis, state, intervals),
            _ when mature.HasCovariate => Adjusted(mature.BivariatePair(control, treatment), plan, nullHypothesis, state, intervals),
            _ => Mean(mature.MeanPair(control, treatment), plan, nullHypothesis, state, intervals),
        };
        return new PairLookResult(look.Evidence, look.Next, users);
    }

    private static (Evidence Evidence, PairState Next) Proportion(
        ProportionEpoch[] epochs, PairPlan plan, NullHypothesis nullHypothesis, PairState state, bool intervals)
    {
        var baseline = state.Test.Baseline ?? plan.Baseline ?? ProportionTest.BlindBaseline(epochs);
        if (epochs.Length == 0 || baseline is not (> 0 and < 1)) return (Evidence.None, state);

        var horizon = state.HorizonUsers ?? plan.HorizonUsers
            ?? HorizonPlanning.UsersForProportion(baseline.Value, epochs[0].TreatmentShare, Lift(plan));
        var sequential = plan.ToSequential(horizon);
        var (evidence, test) = ProportionTest.Look(sequential, baseline, epochs, nullHypothesis, state.Test);
        var next = state with { Test = test, HorizonUsers = horizon };
        return (evidence, !intervals ? next : next with
        {
            Difference = state.Difference.Update(ConfidenceSequence.Difference(sequential, baseline.Value, epochs)),
            RelativeLift = state.RelativeLift.Update(ConfidenceSequence.RelativeLift(sequential, baseline.Value, epochs)),
        });
    }

    private static (Evidence Evidence, PairState Next) Mean(
        MeanEpoch[] epochs, PairPlan plan, NullHypothesis nullHypothesis, PairState state, bool intervals)
    {
        if (epochs.Length == 0) return (Evidence.None, state);
        var scale = MeanTest.BlindScale(epochs);
        var variance = state.Test.Sigma2 ?? (plan.StandardDeviation is { } sd ? sd * sd : scale?.Variance);
        var centre = state.Test.Mu0 ?? scale?.Mean ?? plan.Baseline;
        if (variance is not > 0) return (Evidence.None, state);

        var horizon = state.HorizonUsers ?? plan.HorizonUsers
            ?? (centre is { } mean && mean != 0
                ? HorizonPlanning.UsersForMean(variance.Value, epochs[0].TreatmentShare, Lift(plan) * Math.Abs(mean))
                : null);
        if (horizon is null) return (Evidence.None, state);

        var sequential = plan.ToSequential(horizon.Value);
        var (evidence, test) = MeanTest.Look(sequential, variance, epochs, nullHypothesis, state.Test);
        var next = state with { Test = test, HorizonUsers = horizon };
        return (evidence, !intervals ? next : next with
        {
            Difference = state.Difference.Update(ConfidenceSequence.Difference(sequential, variance.Value, epochs)),
            RelativeLift = state.RelativeLift.Update(
                ConfidenceSequence.RelativeLift(sequential, variance.Value, epochs) ?? Interval.Unbounded),
        });
    }

    private static (Evidence Evidence, PairState Next) Ratio(
        BivariateEpoch[] epochs, PairPlan plan, NullHypothesis nullHypothesis, PairState state, bool intervals)
    {
        if (epochs.Length == 0 || (state.HorizonUsers ?? plan.HorizonUsers ?? HorizonOfRatio(epochs, plan)) is not { } horizon)
        {
            return (Evidence.None, state);
        }

        var sequential = plan.ToSequential(horizon);
        var (evidence, test) = RatioTest.Look(sequential, null, epochs, nullHypothesis, state.Test);
        if (test.Sigma2 is not { } variance) return (evidence, state with { Test = test });
        var next = state with { Test = test, HorizonUsers = horizon };
        return (evidence, !intervals ? next : next with
        {
            Difference = state.Difference.Update(RatioTest.Difference(sequential, variance, epochs)),
            RelativeLift = state.RelativeLift.Update(RatioTest.RelativeLift(sequential, variance, epochs) ?? Interval.Unbounded),
        });
    }

    private static (Evidence Evidence, PairState Next) Adjusted(
        BivariateEpoch[] epochs, PairPlan plan, NullHypothesis nullHypothesis, PairState state, bool intervals)
    {
        if (epochs.Length == 0 || (state.HorizonUsers ?? plan.HorizonUsers ?? HorizonOfAdjusted(epochs, plan)) is not { } horizon)
        {
            return (Evidence.None, state);
        }

        var sequential = plan.ToSequential(horizon);
        var (evidence, test) = CupedTest.Look(sequential, null, epochs, nullHypothesis, state.Test);
        if (test.Sigma2 is not { } variance) return (evidence, state with { Test = test });
        var next = state with { Test = test, HorizonUsers = horizon };
        return (evidence, !intervals ? next : next with
        {
            Difference = state.Difference.Update(CupedTest.Difference(sequential, variance, epochs)),
            RelativeLift = state.RelativeLift.Update(CupedTest.RelativeLift(sequential, variance, epochs) ?? Interval.Unbounded),
        });
    }

    private static double? HorizonOfAdjusted(BivariateEpoch[] epochs, PairPlan plan)
    {
        var (treatment, control) = Pool(epochs);
        if (Math.Min(treatment.Users, control.Users) < MeanTest.UsersPerArmToStart) return null;
        var pooled = Cuped.Adjust([treatment + control]).Adjusted[0];
        return pooled.Variance > 0 && pooled.Mean != 0
            ? HorizonPlanning.UsersForMean(pooled.Variance, epochs[0].TreatmentShare, Lift(plan) * Math.Abs(pooled.Mean))
            : null;
    }

    private static (BivariateMoments Treatment, BivariateMoments Control) Pool(BivariateEpoch[] epochs)
    {
        var (treatment, control) = (default(BivariateMoments), default(BivariateMoments));
        foreach (var epoch in epochs)
        {
            treatment += epoch.Treatment;
            control += epoch.Control;
        }

        return (treatment, control);
    }

    private static double? HorizonOfRatio(BivariateEpoch[] epochs, PairPlan plan)
    {
        var (treatment, control) = Pool(epochs);
        if (Math.Min(treatment.Users, control.Users) < MeanTest.UsersPerArmToStart) return null;
        if (RatioOfSums.Estimate(treatment) is not { } t || RatioOfSums.Estimate(control) is not { } c) return null;
        if (RatioOfSums.Estimate(treatment + control) is not { Ratio: not 0 } pooled) return null;
        var share = epochs[0].TreatmentShare;
        var variance = (treatment.Users + control.Users) * share * (1 - share) * (t.Variance + c.Variance);
        return variance > 0 ? HorizonPlanning.UsersForMean(variance, share, Lift(plan) * Math.Abs(pooled.Ratio)) : null;
    }

    private static double Lift(PairPlan plan) => plan.MinimumDetectableLift
        ?? throw new ArgumentException("A plan has a horizon or a minimum detectable lift.", nameof(plan));
}
