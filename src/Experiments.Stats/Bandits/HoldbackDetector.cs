using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Harm detector of a promoted practice against its holdback: soon when it turns bad, hardly ever when it does not.</summary>
/// <remarks>
/// <para>Formula: once a whole cycle, M_j = inc_j + ln(1 + e^M_j), inc_j = sum over rows of -c_1 x_j - (c_1 + c_0) ln(1 + pi (e^-x_j - 1)) (means:
/// lambda_j S - lambda_j^2 V/2 with lambda_j = -x_j m1/v1); statistic G = ln sum_j q_j e^M_j. Demote at ln(1000/cycleDays), verify at ln 5.</para>
/// <para>Reference: Shin, Ramdas, Rinaldo 2022, "E-detectors: a nonparametric framework for sequential change detection" (Shiryaev-Roberts form).</para>
/// <para>Assumes: users first exposed after the promotion, who keep their side; each counted once, with all his events, in the cycle of the day
/// he matures. A practice equal to the old default is demoted wrongly less than once in 1,000 days on average; a better one far less.</para>
/// <para>Accuracy: measured 1e-13 of max(1, |G|) against 50 digits, up to 40 cycles of 1e5 conversions.</para>
/// </remarks>
public static class HoldbackDetector
{
    /// <summary>Closes a cycle of a proportion.</summary>
    /// <param name="plan">Thresholds and direction.</param>
    /// <param name="state">State after the cycle before.</param>
    /// <param name="cycle">Converters that matured in the cycle: the practice as arm, the old default as control; ArmShare is the practice's.</param>
    /// <returns>The next state, ln of the statistic, and what to do.</returns>
    /// <exception cref="ArgumentException">The state is not one of this detector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], or a count NaN or negative.</exception>
    public static (HoldbackState Next, double LogStatistic, HoldbackAction Action) Close(
        HoldbackPlan plan, HoldbackState state, ReadOnlySpan<SplitStratum> cycle)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach (ref readonly var stratum in cycle)
        {
            stratum.Validate(nameof(cycle));
        }

        using var likelihood = new SplitLikelihood(cycle);
        Span<double> increments = stackalloc double[SplitGrid.Size];
        for (var j = 0; j < increments.Length; j++)
        {
            increments[j] = likelihood.Log(plan.IncreaseIsGood ? -SplitGrid.Effects[j] : SplitGrid.Effects[j]);
        }

        return Step(plan, state, increments);
    }

    /// <summary>Closes a cycle of a mean.</summary>
    /// <param name="plan">Thresholds and direction.</param>
    /// <param name="state">State after the cycle before.</param>
    /// <param name="cycle">Score of the users who matured in the cycle, the practice as arm, with the scale frozen from its first table.</param>
    /// <returns>The next state, ln of the statistic, and what to do; a cycle without a frozen scale adds nothing.</returns>
    /// <exception cref="ArgumentException">The state is not one of this detector.</exception>
    public static (HoldbackState Next, double LogStatistic, HoldbackAction Action) Close(
        HoldbackPlan plan, HoldbackState state, in ScoreReading cycle)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Span<double> increments = stackalloc double[SplitGrid.Size];
        increments.Clear();
        for (var j = 0; j < increments.Length && cycle.Scale is { } scale; j++)
        {
            var bet = (plan.IncreaseIsGood ? -1 : 1) * SplitGrid.Effects[j] * scale.Mean / scale.Variance;
            increments[j] = (bet * cycle.Score) - (0.5 * bet * bet * cycle.Variance);
        }

        return Step(plan, state, increments);
    }

    private static (HoldbackState Next, double LogStatistic, HoldbackAction Action) Step(
        HoldbackPlan plan, HoldbackState state, ReadOnlySpan<double> increments)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.LogSums.Count is not 0 and not SplitGrid.Size)
        {
            throw new ArgumentException($"A state has {SplitGrid.Size} sums, or none at first; got {state.LogSums.Count}.", nameof(state));
        }

        var sums = new double[SplitGrid.Size];
        Span<double> terms = stackalloc double[SplitGrid.Size];
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] = increments[j] + (state.LogSums.Count == 0 ? 0 : SpecialMath.LogAdd(0, Require.Finite(state.LogSums[j], nameof(state))));
            terms[j] = SplitGrid.LogWeights[j] + sums[j];
        }

        var statistic = SpecialMath.LogSumExp(terms);
        var action = statistic >= Math.Log(plan.DemoteAt) ? HoldbackAction.Demote
            : statistic >= Math.Log(plan.Warn) ? HoldbackAction.Verify
            : HoldbackAction.Keep;
        return (new HoldbackState(sums, state.Cycles + 1), statistic, action);
    }
}
