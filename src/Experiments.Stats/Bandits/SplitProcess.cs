using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Exact evidence for or against an arm of a bandit, from how conversions split between the arm and the control.</summary>
/// <remarks>
/// <para>Formula: l(theta) = sum over rows of c_a theta - (c_a + c_0) ln(1 + pi (e^theta - 1)); log E(null, direction) =
/// ln sum_j q_j exp(l(null +- x_j) - l(null)) over 16 fixed effects; interval { theta: ln sum over +-x_j of q_j/2 exp(l(+-x_j)) - l(theta)
/// &lt; ln(1/alpha) }.</para>
/// <para>Reference: ter Schure, Perez-Ortiz, Ly, Gruenwald 2024, "The anytime-valid logrank test" (NEJSDS), of which this is the stratified form;
/// Turner, Ly, Gruenwald 2024; Ville 1939.</para>
/// <para>Assumes: inside a row the arm was drawn with the known share pi, and the arm multiplies the rate by the same e^theta everywhere for
/// the estimate; the evidence against "nowhere better" needs only the first. Any adaptive weights, season or stopping rule. Rates above some
/// 20 % lose a factor (1 - rate) of information: use <see cref="ScoreProcess"/> there.</para>
/// <para>Accuracy: measured 6e-14 of max(1, |ln E|), 2e-14 on ratio and interval against 50 digits, up to 3e7 conversions.</para>
/// </remarks>
public static class SplitProcess
{
    /// <summary>Pooled conversion rate above which the score process is the better proof.</summary>
    public const double HighestRate = 0.20;

    private const double Reach = 5;

    /// <summary>Evidence against "the log ratio is at most (Up) or at least (Down) the null". About 0.1 ms for 1,500 rows; no allocation.</summary>
    /// <param name="strata">Mature converters by row, any order.</param>
    /// <param name="nullLogRatio">Null on the scale of ln(arm's rate/control's rate): 0 is no effect.</param>
    /// <param name="direction">Up: evidence that the arm is above the null.</param>
    /// <returns>ln E, natural; decides at ln(1/alpha). 0 without conversions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], a count NaN or negative, or the null outside [-5, 5].</exception>
    public static double LogEvidence(ReadOnlySpan<SplitStratum> strata, double nullLogRatio, Direction direction)
    {
        Validate(strata);
        if (!(nullLogRatio is >= -Reach and <= Reach))
        {
            throw Require.Refused(nameof(nullLogRatio), nullLogRatio, "must be in [-5, 5]");
        }

        using var likelihood = new SplitLikelihood(strata);
        return likelihood.Conversions > 0 ? LogEvidence(likelihood, nullLogRatio, direction) : 0;
    }

    /// <summary>Evidence that the arm is better than the control.</summary>
    /// <param name="strata">Mature converters by row.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], or a count NaN or negative.</exception>
    public static double LogBetter(ReadOnlySpan<SplitStratum> strata, bool increaseIsGood) =>
        LogEvidence(strata, 0, increaseIsGood ? Direction.Up : Direction.Down);

    /// <summary>Evidence that the arm does harm.</summary>
    /// <param name="strata">Mature converters by row.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], or a count NaN or negative.</exception>
    public static double LogHarm(ReadOnlySpan<SplitStratum> strata, bool increaseIsGood) =>
        LogEvidence(strata, 0, increaseIsGood ? Direction.Down : Direction.Up);

    /// <summary>Evidence that the arm is worse by less than a margin.</summary>
    /// <param name="strata">Mature converters by row.</param>
    /// <param name="margin">Relative worsening tolerated, strictly between 0 and 1: null ln(1 - m), or ln(1 + m) for a KPI that should fall.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin, a share or a count is NaN or outside its range.</exception>
    public static double LogNonInferior(ReadOnlySpan<SplitStratum> strata, double margin, bool increaseIsGood)
    {
        Require.OpenUnit(margin);
        return increaseIsGood
            ? LogEvidence(strata, Math.Max(-Reach, SpecialMath.Log1p(-margin)), Direction.Up)
            : LogEvidence(strata, SpecialMath.Log1p(margin), Direction.Down);
    }

    /// <summary>Most likely log ratio of the arm's rate to the control's.</summary>
    /// <param name="strata">Mature converters by row.</param>
    /// <returns>Held inside [-5, 5]; e to it less 1 is the relative lift. Null without conversions.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], or a count NaN or negative.</exception>
    public static double? LogRatio(ReadOnlySpan<SplitStratum> strata)
    {
        Validate(strata);
        using var likelihood = new SplitLikelihood(strata);
        return likelihood.Conversions > 0 ? Peak(likelihood) : null;
    }

    /// <summary>Confidence sequence of the log ratio: covers the truth at all looks together. Under 1 ms for 1,500 rows; no allocation.</summary>
    /// <param name="strata">Mature converters by row.</param>
    /// <param name="alpha">Probability of ever missing the truth, in (0, 0.5]. Usual: 0.05.</param>
    /// <returns>Ends on the log scale; an end that reaches 5 in size is open (null).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level, a share or a count is NaN or outside its range.</exception>
    public static Interval LogRatioInterval(ReadOnlySpan<SplitStratum> strata, double alpha)
    {
        Validate(strata);
        Require.Alpha(alpha);
        using var likelihood = new SplitLikelihood(strata);
        if (!(likelihood.Conversions > 0))
        {
            return Interval.Unbounded;
        }

        Span<double> terms = stackalloc double[2 * SplitGrid.Size];
        for (var j = 0; j < SplitGrid.Size; j++)
        {
            var weight = SplitGrid.LogWeights[j] - Math.Log(2);
            terms[j] = weight + likelihood.Log(SplitGrid.Effects[j]);
            terms[SplitGrid.Size + j] = weight + likelihood.Log(-SplitGrid.Effects[j]);
        }

        var (level, peak) = (SpecialMath.LogSumExp(terms) + Math.Log(alpha), Peak(likelihood));
        return new Interval(End(likelihood, peak, -Reach, level), End(likelihood, peak, Reach, level));
    }

    private static void Validate(ReadOnlySpan<SplitStratum> strata)
    {
        foreach (ref readonly var stratum in strata)
        {
            stratum.Validate(nameof(strata));
        }
    }

    private static double LogEvidence(in SplitLikelihood likelihood, double nullLogRatio, Direction direction)
    {
        Span<double> terms = stackalloc double[SplitGrid.Size];
        var sign = direction == Direction.Up ? 1 : -1;
        var origin = nullLogRatio == 0 ? 0 : likelihood.Log(nullLogRatio);
        for (var j = 0; j < terms.Length; j++)
        {
            terms[j] = SplitGrid.LogWeights[j] + likelihood.Log(nullLogRatio + (sign * SplitGrid.Effects[j])) - origin;
        }

        return SpecialMath.LogSumExp(terms);
    }

    /// <summary>Root of the falling derivative on [-5, 5]: Newton's steps, halving where one leaves the bracket.</summary>
    private static double Peak(in SplitLikelihood likelihood)
    {
        var (low, high, theta) = (-Reach, Reach, 0.0);
        for (var step = 0; step < 100 && high - low > 1e-15; step++)
        {
            var (slope, information) = likelihood.Derivatives(theta);
            (low, high) = slope > 0 ? (theta, high) : (low, theta);
            var next = theta + (slope / information);
            next = next > low && next < high ? next : 0.5 * (low + high);
            if (Math.Abs(next - theta) <= 1e-15 * (1 + Math.Abs(theta)))
            {
                return next;
            }

            theta = next;
        }

        return theta;
    }

    /// <summary>Where the likelihood falls to a level between its peak and an end; null when the end itself is above.</summary>
    private static double? End(in SplitLikelihood likelihood, double peak, double end, double level)
    {
        if (likelihood.Log(end) > level)
        {
            return null;
        }

        var (inside, outside) = (peak, end);
        var width = Math.Sqrt(2 * Math.Max(0, likelihood.Log(peak) - level) / likelihood.Derivatives(peak).Information);
        var theta = Math.Abs(width) < Math.Abs(end - peak) ? peak + Math.CopySign(width, end - peak) : 0.5 * (peak + end);
        for (var step = 0; step < 100; step++)
        {
            var excess = likelihood.Log(theta) - level;
            (inside, outside) = excess > 0 ? (theta, outside) : (inside, theta);
            var next = theta - (excess / likelihood.Derivatives(theta).Slope);
            next = next > Math.Min(inside, outside) && next < Math.Max(inside, outside) ? next : 0.5 * (inside + outside);
            if (Math.Abs(next - theta) <= 2e-15 * (1 + Math.Abs(theta)))
            {
                return next;
            }

            theta = next;
        }

        return theta;
    }
}
