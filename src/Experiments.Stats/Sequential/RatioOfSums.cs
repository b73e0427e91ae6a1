namespace Experiments.Stats.Sequential;

/// <summary>A ratio of two sums over units, with the variance of that ratio.</summary>
/// <param name="Ratio">Sum of numerators over sum of denominators.</param>
/// <param name="Variance">Variance of the ratio.</param>
public readonly record struct RatioEstimate(double Ratio, double Variance);

/// <summary>Metrics such as clicks per session: many denominators per unit, units being what is randomised.</summary>
/// <remarks>
/// <para>Formula: R = sum y/sum x, var(R) = (s2_y - 2 R s_xy + R^2 s2_x)/(n xbar^2), divisor n - 1 in the s2.</para>
/// <para>Reference: Deng, Knoblich, Lu 2018, "Applying the delta method in metric analytics", KDD.</para>
/// <para>Assumes: many units, a mean denominator clearly above 0. Treating sessions as units instead is wrong: sessions of
/// one user are alike.</para>
/// <para>Accuracy: 1e-9 relative (stats_vectors.json, ratio_delta).</para>
/// </remarks>
public static class RatioOfSums
{
    /// <summary>Ratio and its variance.</summary>
    /// <param name="moments">Numerator as y, denominator as x.</param>
    /// <returns>Null under two units or when the mean denominator is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments NaN or negative where they may not be.</exception>
    public static RatioEstimate? Estimate(BivariateMoments moments)
    {
        moments.Validate(nameof(moments));
        if (moments.Users < 2 || moments.MeanX == 0)
        {
            return null;
        }

        var ratio = moments.MeanY / moments.MeanX;
        var deviations = moments.DeviationsYY - (2 * ratio * moments.DeviationsXY)
            + (ratio * ratio * moments.DeviationsXX);
        var variance = Math.Max(0, deviations) / (moments.Users - 1) / moments.Users / (moments.MeanX * moments.MeanX);
        return double.IsFinite(ratio) && double.IsFinite(variance) ? new RatioEstimate(ratio, variance) : null;
    }
}
