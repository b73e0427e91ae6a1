namespace Experiments.Stats.Bandits;

/// <summary>One user of a pair, for a difference weighted by propensity.</summary>
/// <param name="Propensity">pi: probability, inside the pair, with which he was given the arm; strictly between 0 and 1.</param>
/// <param name="IsArm">True: the arm, false: the control.</param>
/// <param name="Outcome">Units of the KPI.</param>
/// <param name="ModelOfArm">Prediction under the arm, fixed before his epoch; 0 without a model.</param>
/// <param name="ModelOfControl">Prediction under the control.</param>
public readonly record struct WeightedUser(double Propensity, bool IsArm, double Outcome, double ModelOfArm, double ModelOfControl);

/// <summary>Difference of arm and control by inverse propensities, plain (IPW) and with a model (AIPW): a check, never a promotion.</summary>
/// <remarks>
/// <para>Formula: IPW A y/pi - (1 - A) y/(1 - pi); AIPW m_a - m_c + A (y - m_a)/pi - (1 - A)(y - m_c)/(1 - pi); mean, se = sd/sqrt(n).</para>
/// <para>Reference: Horvitz, Thompson 1952; Robins, Rotnitzky, Zhao 1994.</para>
/// <para>Assumes: known propensities. With a 1 % floor sequences built on it are wrong in 6 to 12 % of runs without effect instead of 5 %.</para>
/// <para>Accuracy: 1e-14 relative against bandit_vectors.json (aipw).</para>
/// </remarks>
/// <param name="Plain">IPW.</param>
/// <param name="Augmented">AIPW.</param>
public readonly record struct WeightedDifference(Estimate Plain, Estimate Augmented)
{
    /// <summary>Both differences.</summary>
    /// <param name="users">Mature users of the pair.</param>
    /// <exception cref="ArgumentOutOfRangeException">A propensity outside (0, 1), or a value not finite.</exception>
    public static WeightedDifference Of(ReadOnlySpan<WeightedUser> users)
    {
        var (plain, augmented) = (default(MeanMoments), default(MeanMoments));
        foreach (ref readonly var user in users)
        {
            var (pi, y) = (Require.OpenUnit(user.Propensity, nameof(users)), Require.Finite(user.Outcome, nameof(users)));
            var (arm, control) = (Require.Finite(user.ModelOfArm, nameof(users)), Require.Finite(user.ModelOfControl, nameof(users)));
            plain += new MeanMoments(1, user.IsArm ? y / pi : -y / (1 - pi), 0);
            augmented += new MeanMoments(1, arm - control + (user.IsArm ? (y - arm) / pi : -(y - control) / (1 - pi)), 0);
        }

        return new WeightedDifference(Estimate.Of(plain), Estimate.Of(augmented));
    }
}
