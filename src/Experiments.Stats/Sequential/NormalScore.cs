namespace Experiments.Stats.Sequential;

/// <summary>Score, information and Bayes factors of a pair's means at one null, all epochs together.</summary>
/// <remarks>
/// V = sum of 1/s2_e, X = sum of delta_e/s2_e, VH = N w (1 - w)/(sigma2 ((1 - w) + rho^2 w)) with w of the first epoch,
/// x = X/sqrt(VH), t = V/VH; the Bayes factor of effect th is exp(th x - th^2 t/2).
/// </remarks>
internal static class NormalScore
{
    internal const double UsersPerArmAndEpoch = 30;

    /// <summary>Information the horizon promises at a null ratio.</summary>
    internal static double Promised(double horizon, double share, double variance, double rho) =>
        horizon * share * (1 - share) / (variance * ((1 - share) + (rho * rho * share)));

    /// <summary>Parts of the evidence, not yet mixed and without D; None while no epoch can be used.</summary>
    internal static Evidence Compute(double promised, ReadOnlySpan<ScoreEpoch> epochs, NullHypothesis null0)
    {
        var (score, information) = Accumulate(epochs, null0);
        return information > 0 && double.IsFinite(information)
            ? At(score / Math.Sqrt(promised), information / promised, promised)
            : Evidence.None;
    }

    internal static Evidence At(double x, double t, double promised) => new(
        x, t, EvidenceMixture.LogNormalBayesFactor(x, t), EvidenceMixture.LogNormalBayesFactor(-x, t), 1, 1, 0, 0, 0, promised);

    /// <summary>One look of a started test with its memory; no evidence while the frozen variance is unknown.</summary>
    internal static (Evidence Evidence, TestState Next) Look(
        SequentialPlan plan, double share, ReadOnlySpan<ScoreEpoch> epochs, NullHypothesis null0, TestState frozen)
    {
        if (frozen.Sigma2 is not { } variance || !(variance > 0))
        {
            return (Evidence.None, frozen);
        }

        var promised = Promised(plan.HorizonUsers, share, variance, null0.Ratio);
        var parts = Compute(promised, epochs, null0);
        return parts.HorizonInformation > 0 ? EvidenceMixture.Look(plan, true, parts, frozen) : (parts, frozen);
    }

    internal static (double Score, double Information) Accumulate(ReadOnlySpan<ScoreEpoch> epochs, NullHypothesis null0)
    {
        var rho = null0.Ratio;
        var (score, information) = (0.0, 0.0);
        foreach (ref readonly var epoch in epochs)
        {
            var variance = epoch.Treatment.Variance + (rho * rho * epoch.Control.Variance);
            if (rho == 1)
            {
                variance = Math.Max(variance, epoch.PooledVariance);
            }

            if (variance > 0)
            {
                information += 1 / variance;
                score += (epoch.Treatment.Mean - (rho * epoch.Control.Mean) - null0.Offset) / variance;
            }
        }

        return (score, information);
    }
}
