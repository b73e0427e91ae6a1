namespace Experiments.Stats.Bandits;

/// <summary>Evidence for or against an arm of a bandit whose KPI is a mean, money, a ratio or a high rate: a robust score process.</summary>
/// <remarks>
/// <para>Formula: per row S += (1 - pi)(s_a - n_a m) - pi (s_0 - n_0 m), m the pooled mean of all earlier rows (the first epoch: its own);
/// V = sum of (1 - pi)^2 n_a v_a + pi^2 n_0 v_0 with the arms' sample variances over everything so far; D = sum of n_a (1 - pi);
/// rho = v1^2/(tau m1)^2 frozen from the pair's first epoch; E = mean over tau = 0.1, 0.3 of
/// 2 sqrt(rho/(V + rho)) exp(S^2/(2 (V + rho))) Phi(S/sqrt(V + rho)).</para>
/// <para>Reference: Howard, Ramdas, McAuliffe, Sekhon 2021, Annals of Statistics 49(2) (normal mixtures); Ham, Bojinov, Lindon, Tingley 2022,
/// "Design-based confidence sequences".</para>
/// <para>Assumes: known share pi in each row, values capped, many users: nothing is decided before both arms have 100 users and 100 values
/// that are not 0.</para>
/// <para>Accuracy: measured 2e-14 relative against 50 digits (score, evidence, interval), up to 1e8 users and scores thousands of deviations away.</para>
/// </remarks>
public static class ScoreProcess
{
    /// <summary>Score of a pair. No allocation.</summary>
    /// <param name="strata">Mature users by row, in order of time.</param>
    /// <param name="scale">Frozen scale (<see cref="ScoreScale.Of"/>); null: score and effect only, no evidence.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share, a cell or the scale is NaN or outside its range.</exception>
    public static ScoreReading Read(ReadOnlySpan<ScoreStratum> strata, ScoreScale? scale)
    {
        scale?.Validate(nameof(scale));
        var first = ScoreScale.FirstEpoch(strata);
        var (score, exposure, epoch) = (0.0, 0.0, default(int?));
        var (arm, control) = (default(ArmCell), default(ArmCell));
        foreach (ref readonly var stratum in strata)
        {
            if (!stratum.IsUsable)
            {
                continue;
            }

            var isFirst = (epoch ??= stratum.Epoch) == stratum.Epoch;
            var centre = isFirst ? first.Mean : (arm.Moments + control.Moments).Mean;
            score += ScoreOf(stratum, centre);
            exposure += stratum.Arm.Users * (1 - stratum.ArmShare);
            (arm, control) = (arm + stratum.Arm, control + stratum.Control);
        }

        var variance = VarianceOf(strata, arm.Moments.Variance, control.Moments.Variance);
        return new ScoreReading(
            score, variance, exposure, scale, Math.Min(arm.Users, control.Users), Math.Min(arm.NonZeroUsers, control.NonZeroUsers));
    }

    /// <summary>One row's part of the score around a centre.</summary>
    internal static double ScoreOf(in ScoreStratum stratum, double centre) =>
        ((1 - stratum.ArmShare) * (stratum.Arm.Sum - (stratum.Arm.Users * centre)))
            - (stratum.ArmShare * (stratum.Control.Sum - (stratum.Control.Users * centre)));

    /// <summary>Variance of the score, the same two variances for every row.</summary>
    internal static double VarianceOf(ReadOnlySpan<ScoreStratum> strata, double armVariance, double controlVariance)
    {
        var variance = 0.0;
        foreach (ref readonly var stratum in strata)
        {
            if (stratum.IsUsable)
            {
                var pi = stratum.ArmShare;
                variance += ((1 - pi) * (1 - pi) * stratum.Arm.Users * armVariance) + (pi * pi * stratum.Control.Users * controlVariance);
            }
        }

        return variance;
    }
}
