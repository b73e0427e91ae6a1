using Experiments.Stats.Sequential;

namespace Experiments.Stats.Bandits;

/// <summary>Turns a ratio of sums, or a value with a covariate, into one value per user that the methods for means understand.</summary>
/// <remarks>
/// <para>Formula: ratio x - R d + R dbar with R the pooled ratio and dbar the pooled mean denominator; covariate x - theta (z - zbar)
/// with theta = S_xz/S_zz pooled inside the arms. Both are x - slope (d - dbar); the ratio has slope R.</para>
/// <para>Reference: Deng, Knoblich, Lu 2018, "Applying the delta method in metric analytics" (KDD); Deng et al. 2013 (CUPED).</para>
/// <para>Assumes: many users; R and theta as good as known. Accuracy: exact algebra on moments (rounding only).</para>
/// </remarks>
/// <param name="Slope">R or theta.</param>
/// <param name="Centre">Pooled mean of the denominator or covariate.</param>
public readonly record struct LinearisedRatio(double Slope, double Centre)
{
    /// <summary>Linearisation of a ratio of sums.</summary>
    /// <param name="pooled">Numerator as y, denominator as x, all arms and rows together.</param>
    /// <returns>Null while the pooled denominator is 0 or less.</returns>
    public static LinearisedRatio? OfRatio(BivariateMoments pooled)
    {
        pooled.Validate(nameof(pooled));
        return pooled.MeanX > 0 && pooled.Users > 0 ? new LinearisedRatio(pooled.MeanY / pooled.MeanX, pooled.MeanX) : null;
    }

    /// <summary>Adjustment for a covariate.</summary>
    /// <param name="arms">Value as y, covariate as x: one entry per arm, all rows together.</param>
    /// <returns>Slope 0 while the covariate does not vary.</returns>
    public static LinearisedRatio OfCovariate(ReadOnlySpan<BivariateMoments> arms)
    {
        var adjustment = Cuped.Adjust(arms);
        return new LinearisedRatio(adjustment.Theta, adjustment.CovariateMean);
    }

    /// <summary>One arm's linearised values in a row.</summary>
    /// <param name="moments">Numerator or value as y, denominator or covariate as x.</param>
    /// <param name="nonZeroUsers">Users whose numerator or value is not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Moments NaN, infinite or negative where they may not be.</exception>
    public ArmCell Apply(BivariateMoments moments, double nonZeroUsers)
    {
        moments.Validate(nameof(moments));
        Require.NonNegative(nonZeroUsers);
        return ArmCell.OfMean(Cuped.Adjust(moments, Slope, Centre), nonZeroUsers);
    }
}
