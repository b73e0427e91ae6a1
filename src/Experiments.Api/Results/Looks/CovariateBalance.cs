using Experiments.Stats;
using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>Whether the variants differed before anybody was exposed: by the sequential test of a mean, on the covariate itself.</summary>
internal static class CovariateBalance
{
    public static bool IsBroken(ExperimentData data, int kpi)
    {
        var current = data.Current(kpi);
        if (!current.HasCovariate) return false;
        var threshold = Math.Log(SampleRatioMismatch.AlarmEvidence);
        return data.Treatments.Any(treatment => LogEvidence(current.BivariatePair(data.Control, treatment)) >= threshold);
    }

    private static double LogEvidence(BivariateEpoch[] epochs)
    {
        MeanEpoch[] covariate = [.. epochs.Select(e => new MeanEpoch(e.TreatmentShare, Covariate(e.Treatment), Covariate(e.Control), e.NonZeroUsers))];
        if (MeanTest.BlindScale(covariate) is not { Variance: > 0 } scale) return 0;

        // The horizon is the present: the sharpest question that can be asked of the users there are.
        var plan = new SequentialPlan(1 / SampleRatioMismatch.AlarmEvidence, PairPlan.Undeclared, Math.Max(1, scale.Users));
        return MeanTest.Look(plan, scale.Variance, covariate, NullHypothesis.NoEffect, TestState.Initial).Evidence.LogEvidence;
    }

    private static MeanMoments Covariate(BivariateMoments moments) => new(moments.Users, moments.MeanX, moments.DeviationsXX);
}
