namespace Experiments.Stats.Sequential;

/// <summary>Stops a test whose effect is known to be too small to matter.</summary>
/// <remarks>
/// <para>Formula: the confidence sequence of the lift lies inside [-r, r]. Costs no error budget: coverage is
/// time-uniform.</para>
/// <para>Reference: Schuirmann 1987 (equivalence); Howard et al. 2021 (confidence sequences).</para>
/// <para>Assumes: the interval covers at all looks together (a confidence sequence, not a credible interval).</para>
/// <para>Accuracy: exact; an end one unit in the last place outside of the radius does not pass.</para>
/// </remarks>
public static class PracticalEquality
{
    /// <summary>Usual radius: a quarter of the lift the plan wants to find.</summary>
    /// <param name="minimumDetectableLift">Lift as a fraction, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">NaN, infinite, or not above 0.</exception>
    public static double UsualRadius(double minimumDetectableLift) => Require.Positive(minimumDetectableLift) / 4;

    /// <summary>Whether the variants are practically equal.</summary>
    /// <param name="relativeLift">Confidence sequence of the lift (running intersection).</param>
    /// <param name="radius">Largest lift without importance, as a fraction, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">NaN, infinite, or not above 0.</exception>
    public static bool Holds(Interval relativeLift, double radius) =>
        relativeLift.IsInside(-Require.Positive(radius), radius);
}
