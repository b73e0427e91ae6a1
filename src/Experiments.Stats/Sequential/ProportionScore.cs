using System.Runtime.Intrinsics;

namespace Experiments.Stats.Sequential;

/// <summary>Score, information and Bayes factors of a pair's conversions at one null, all epochs together.</summary>
/// <remarks>
/// One unit multiplies the factor of effect lambda by 1 + lambda g, where g is (1 - mu)/w, -mu/w for a treated unit that
/// did or did not convert and -rho (1 - m)/(1 - w), rho m/(1 - w) for a control one: E[g] = p_T - rho p_C, so every
/// factor is a martingale under the null whatever the true base rate does.
/// </remarks>
internal static class ProportionScore
{
    /// <summary>Parts of the evidence (not yet mixed, without D); None without a usable epoch.</summary>
    internal static Evidence Compute(
        double baseline, double horizon, ReadOnlySpan<ProportionEpoch> epochs, NullHypothesis null0)
    {
        var rho = null0.Ratio;
        var mu = Math.Clamp((rho * baseline) + null0.Offset, 1e-9, 1 - 1e-9);
        var (up, down) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (score, information, promised) = (0.0, 0.0, 0.0);
        foreach (ref readonly var epoch in epochs)
        {
            var w = epoch.TreatmentShare;
            if (w is not (> 0 and < 1))
            {
                continue;
            }

            var effect = new UnitEffects(w, baseline, mu, rho);
            if (promised == 0)
            {
                promised = horizon / effect.Variance;
            }

            if (epoch.Treatment.Users + epoch.Control.Users > 0)
            {
                score += effect.Score(epoch);
                information += effect.Information(epoch);
                effect.AddLogFactors(epoch, promised, ref up, ref down);
            }
        }

        if (promised == 0)
        {
            return Evidence.None;
        }

        var x = score / Math.Sqrt(promised);
        var t = information / promised;
        return new Evidence(
            x, t, EvidenceMixture.LogMix(up), EvidenceMixture.LogMix(down), 1, 1, 0, 0, 0, promised);
    }

    /// <summary>What one unit adds to the score, by arm and outcome.</summary>
    private readonly struct UnitEffects
    {
        private readonly double _treatedYes;
        private readonly double _treatedNo;
        private readonly double _controlYes;
        private readonly double _controlNo;
        private readonly double _informationYes;
        private readonly double _informationNo;

        internal UnitEffects(double w, double m, double mu, double rho)
        {
            _treatedYes = (1 - mu) / w;
            _treatedNo = -mu / w;
            _controlYes = -rho * (1 - m) / (1 - w);
            _controlNo = rho * m / (1 - w);
            _informationYes = ((1 - mu) * (1 - mu) / w) + (rho * rho * (1 - m) * (1 - m) / (1 - w));
            _informationNo = (mu * mu / w) + (rho * rho * m * m / (1 - w));
            Variance = (mu * (1 - mu) / w) + (rho * rho * m * (1 - m) / (1 - w));
        }

        internal double Variance { get; }

        internal double Score(in ProportionEpoch epoch) =>
            ((epoch.Treatment.Conversions * _treatedYes) + (epoch.Treatment.Failures * _treatedNo)
            + (epoch.Control.Conversions * _controlYes) + (epoch.Control.Failures * _controlNo)) / Variance;

        internal double Information(in ProportionEpoch epoch) =>
            (((epoch.Treatment.Conversions + epoch.Control.Conversions) * _informationYes)
            + ((epoch.Treatment.Failures + epoch.Control.Failures) * _informationNo)) / (Variance * Variance);

        internal void AddLogFactors(
            in ProportionEpoch epoch, double promised, ref Vector256<double> up, ref Vector256<double> down)
        {
            var logs = LogFactorCache.Logs(new LogFactorKey(_treatedYes, _treatedNo, _controlYes, _controlNo, promised, Variance));
            up += LogFactors(epoch, logs[..LogFactorCache.Outcomes]);
            down += LogFactors(epoch, logs[LogFactorCache.Outcomes..]);
        }

        private static Vector256<double> LogFactors(in ProportionEpoch epoch, ReadOnlySpan<Vector256<double>> logs) =>
            (epoch.Treatment.Conversions * logs[0])
            + (epoch.Treatment.Failures * logs[1])
            + ((epoch.Control.Conversions * logs[2])
            + (epoch.Control.Failures * logs[3]));
    }
}
