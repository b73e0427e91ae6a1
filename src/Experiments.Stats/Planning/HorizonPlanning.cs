using System.Runtime.CompilerServices;
using Experiments.Stats.Numerics;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Planning;

/// <summary>How many units and days a test needs, and what it then finds.</summary>
/// <remarks>
/// <para>Formula: v = m(1 - m)/(w(1 - w)) for a rate, sigma2/(w(1 - w)) for a mean; N = v (z/effect)^2 with z = 2.8 (a fixed
/// test at N finds the effect in 80 % of runs). Power at N, lower figure: Q(c - th) + exp(2 c th) Q(c + th), th = effect
/// sqrt(N/v): the score of the sequential test reaches its line before the horizon.</para>
/// <para>Reference: van Belle, "Statistical rules of thumb" (sample sizes); Siegmund 1985 (crossing probability).</para>
/// <para>Assumes: base rate or variance as planned; a wrong one costs power or time, never validity.</para>
/// <para>Accuracy: 1e-9 (stats_vectors.json, planning).</para>
/// </remarks>
public static class HorizonPlanning
{
    /// <summary>Effect, in standard deviations at the horizon, that the plan is sized for.</summary>
    public const double UsualEffectScale = EvidenceMixture.EffectScale;

    /// <summary>Units of the pair to detect a relative lift of a rate.</summary>
    /// <param name="baseline">Base rate m, strictly between 0 and 1.</param>
    /// <param name="treatmentShare">w of the pair, strictly between 0 and 1.</param>
    /// <param name="relativeLift">Lift to detect, as a fraction; not 0, either sign.</param>
    /// <param name="effectScale">z, above 0. Usual: 2.8.</param>
    /// <returns>Units, not rounded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double UsersForProportion(
        double baseline, double treatmentShare, double relativeLift, double effectScale = UsualEffectScale) =>
        Users(ProportionVariance(baseline, treatmentShare), Effect(relativeLift) * baseline, effectScale);

    /// <summary>Units of the pair to detect an absolute effect on a mean.</summary>
    /// <param name="variance">Variance per unit, above 0.</param>
    /// <param name="treatmentShare">w of the pair, strictly between 0 and 1.</param>
    /// <param name="absoluteEffect">Effect in units of the metric (lift x |mean|); not 0, either sign.</param>
    /// <param name="effectScale">z, above 0. Usual: 2.8.</param>
    /// <returns>Units, not rounded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double UsersForMean(
        double variance, double treatmentShare, double absoluteEffect, double effectScale = UsualEffectScale) =>
        Users(MeanVariance(variance, treatmentShare), Effect(absoluteEffect), effectScale);

    /// <summary>Relative lift of a rate that a horizon is sized for: 2.8 sqrt(v/N)/m.</summary>
    /// <param name="baseline">Base rate m, strictly between 0 and 1.</param>
    /// <param name="treatmentShare">w of the pair, strictly between 0 and 1.</param>
    /// <param name="horizonUsers">Units of the pair, above 0.</param>
    /// <returns>Lift as a fraction, above 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double DetectableLiftOfProportion(double baseline, double treatmentShare, double horizonUsers) =>
        UsualEffectScale * Math.Sqrt(ProportionVariance(baseline, treatmentShare) / Require.Positive(horizonUsers)) / baseline;

    /// <summary>Absolute effect on a mean that a horizon is sized for: 2.8 sqrt(v/N).</summary>
    /// <param name="variance">Variance per unit, above 0.</param>
    /// <param name="treatmentShare">w of the pair, strictly between 0 and 1.</param>
    /// <param name="horizonUsers">Units of the pair, above 0.</param>
    /// <returns>Effect in units of the metric, above 0; divide by |mean| for a lift.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double DetectableEffectOfMean(double variance, double treatmentShare, double horizonUsers) =>
        UsualEffectScale * Math.Sqrt(MeanVariance(variance, treatmentShare) / Require.Positive(horizonUsers));

    /// <summary>Days until the horizon.</summary>
    /// <param name="horizonUsers">Units of the pair, above 0.</param>
    /// <param name="dailyPairUsers">New units of the pair per day, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double Days(double horizonUsers, double dailyPairUsers) =>
        Require.Positive(horizonUsers) / Require.Positive(dailyPairUsers);

    /// <summary>Size of a lift of a rate in standard deviations at the horizon: th = L m sqrt(N/v).</summary>
    /// <param name="baseline">Base rate m, strictly between 0 and 1.</param>
    /// <param name="treatmentShare">w of the pair, strictly between 0 and 1.</param>
    /// <param name="relativeLift">Lift as a fraction.</param>
    /// <param name="horizonUsers">Units of the pair, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double EffectAtHorizon(
        double baseline, double treatmentShare, double relativeLift, double horizonUsers) =>
        Require.Finite(relativeLift) * baseline
        * Math.Sqrt(Require.Positive(horizonUsers) / ProportionVariance(baseline, treatmentShare));

    /// <summary>Lower figure of the power at the horizon: the score reaches the upper line before it.</summary>
    /// <param name="alpha">Error budget, in (0, 0.5].</param>
    /// <param name="up">Weight of the side of the effect, in [0, 1]; at 0 the power is 0.</param>
    /// <param name="effectAtHorizon">th: effect on that side in standard deviations at the horizon.</param>
    /// <returns>Probability in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double Power(double alpha, double up, double effectAtHorizon)
    {
        Require.Finite(effectAtHorizon);
        var side = HorizonBoundary.Side(alpha, up);
        if (!side.HasLine)
        {
            return 0;
        }

        var c = side.Line;
        var reflected = Math.Exp(
            (2 * c * effectAtHorizon) + SpecialMath.LogNormalSurvival(c + effectAtHorizon));
        return Math.Clamp(SpecialMath.NormalSurvival(c - effectAtHorizon) + reflected, 0, 1);
    }

    private static double Users(double variance, double effect, double scale)
    {
        var ratio = Require.Positive(scale, "effectScale") / effect;
        return variance * ratio * ratio;
    }

    private static double Effect(double effect, [CallerArgumentExpression(nameof(effect))] string? name = null) =>
        effect != 0 ? Require.Finite(effect, name) : throw Require.Refused(name, effect, "must not be 0");

    private static double ProportionVariance(double baseline, double treatmentShare) =>
        Require.OpenUnit(baseline) * (1 - baseline) / Split(treatmentShare);

    private static double MeanVariance(double variance, double treatmentShare) =>
        Require.Positive(variance) / Split(treatmentShare);

    private static double Split(double treatmentShare) => Require.OpenUnit(treatmentShare) * (1 - treatmentShare);
}
