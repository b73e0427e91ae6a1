namespace Experiments.Stats.Sequential;

/// <summary>The sequential test of two conversion rates as the decision engine runs it: evidence with its memory.</summary>
/// <remarks>
/// <para>Formula: that of <see cref="ProportionEvidence"/>, with the lines' latches, the look that closes the horizon, and
/// the base rate frozen blind at the first look with 10 pooled conversions: m = (S + 1/2)/(n + 1).</para>
/// <para>The line part D is used only when the horizon promises S = N m conversions with S w (1 - w) &gt;= 5 and
/// N (1 - m) w (1 - w) &gt;= 5; otherwise E = up BF_up + (1 - up) BF_down, exact at any size.</para>
/// <para>Reference: Ville 1939: P(E ever reaches 1/alpha) &lt;= alpha under the null, at any looking rhythm.</para>
/// <para>Assumes: only the decision engine stores the returned state; a poll reads and throws it away.</para>
/// <para>Accuracy: measured 1e-13 of max(1, ln E) against 50 digits, 300 to 1e8 units.</para>
/// </remarks>
public static class ProportionTest
{
    private const double ConversionsToFreeze = 10;
    private const double LeastPromised = 5;

    /// <summary>One look.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="plannedBaseline">Planned base rate strictly between 0 and 1, or null to freeze it blind.</param>
    /// <param name="epochs">Counts per epoch; the first one is the earliest started, the others in any order.</param>
    /// <param name="nullHypothesis">The null of this test; one state belongs to one null.</param>
    /// <param name="state">State of the last stored look; <see cref="TestState.Initial"/> at first.</param>
    /// <returns>Evidence now, and the state to store. Log 0 until the base rate is known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or NaN, conversions exceed users, a share is outside
    /// [0, 1], the base rate outside (0, 1), or the null is refused.</exception>
    public static (Evidence Evidence, TestState Next) Look(
        SequentialPlan plan,
        double? plannedBaseline,
        ReadOnlySpan<ProportionEpoch> epochs,
        NullHypothesis nullHypothesis,
        TestState state)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        nullHypothesis.Validate(nameof(nullHypothesis));
        if ((state.Baseline ?? plannedBaseline ?? BlindBaseline(epochs)) is not { } baseline)
        {
            return (Evidence.None, state);
        }

        Require.OpenUnit(baseline, nameof(plannedBaseline));
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
        }

        var parts = ProportionScore.Compute(baseline, plan.HorizonUsers, epochs, nullHypothesis);
        var frozen = state.Baseline is null ? state with { Baseline = baseline } : state;
        return parts.HorizonInformation > 0
            ? EvidenceMixture.Look(plan, UsesLine(plan.HorizonUsers, baseline, epochs), parts, frozen)
            : (parts, frozen);
    }

    /// <summary>Base rate of the pair without looking at the arms, once 10 units converted.</summary>
    /// <param name="epochs">Counts per epoch.</param>
    /// <returns>m = (S + 1/2)/(n + 1), or null before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or NaN, or conversions exceed users.</exception>
    public static double? BlindBaseline(ReadOnlySpan<ProportionEpoch> epochs)
    {
        var pooled = default(ProportionCounts);
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
            if (epoch.TreatmentShare is > 0 and < 1)
            {
                pooled += epoch.Treatment + epoch.Control;
            }
        }

        return pooled.Conversions >= ConversionsToFreeze ? (pooled.Conversions + 0.5) / (pooled.Users + 1) : null;
    }

    /// <summary>Whether the horizon promises enough conversions for the line part D.</summary>
    /// <param name="horizonUsers">Planned units of the pair N.</param>
    /// <param name="baseline">Base rate m.</param>
    /// <param name="epochs">Epochs; the share of the first usable one counts.</param>
    public static bool UsesLine(double horizonUsers, double baseline, ReadOnlySpan<ProportionEpoch> epochs)
    {
        foreach (ref readonly var epoch in epochs)
        {
            if (epoch.TreatmentShare is > 0 and < 1 and var w)
            {
                var split = horizonUsers * w * (1 - w);
                return split * baseline >= LeastPromised && split * (1 - baseline) >= LeastPromised;
            }
        }

        return false;
    }
}
