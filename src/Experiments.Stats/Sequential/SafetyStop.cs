namespace Experiments.Stats.Sequential;

/// <summary>Stops exposure at once when the primary KPI is being hurt: an action, not yet a finding.</summary>
/// <remarks>
/// <para>Formula: one-sided plan against "no effect" with a budget of its own (0.05), up = 0 where more is better and 1 where
/// less is; stop when its ln E &gt;= <see cref="SequentialPlan.LogThreshold"/>, at any look, with its own
/// <see cref="TestState"/>, base rate and horizon as in the primary test.</para>
/// <para>Reference: Ville 1939.</para>
/// <para>Assumes: what <see cref="ProportionTest"/> and the other tests assume; its own budget, not part of the primary alpha.</para>
/// <para>Accuracy: that of the test: measured 1e-13 of max(1, ln E) against 50 digits for one-sided plans.</para>
/// </remarks>
public static class SafetyStop
{
    /// <summary>Usual budget of wrong stops.</summary>
    public const double UsualAlpha = 0.05;

    /// <summary>Plan of the safety stop.</summary>
    /// <param name="alpha">Probability of ever stopping a harmless change, in (0, 0.5].</param>
    /// <param name="higherIsBetter">False for a KPI that should stay low.</param>
    /// <param name="horizonUsers">Planned units of the pair, as in the primary test.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static SequentialPlan Plan(double alpha, bool higherIsBetter, double horizonUsers) =>
        new(Require.Alpha(alpha), higherIsBetter ? 0 : 1, Require.Positive(horizonUsers));
}
