namespace Experiments.Stats.Sequential;

/// <summary>Intervals that cover the truth at all looks together: the nulls whose evidence stays under 1/alpha.</summary>
/// <remarks>
/// <para>Formula: { null : E(null) &lt; 1/alpha }, E half-half (or Bayes factor alone) as in the plan's test, score and
/// information anew at each null, D without latches. An end that cannot be excluded is null = unbounded.</para>
/// <para>Reference: Howard, Ramdas, McAuliffe, Sekhon 2021, Annals of Statistics 49(2), 1055-1080.</para>
/// <para>Assumes: the effect does not change over time; an empty set says it did. Store the running intersection
/// (<see cref="RunningInterval"/>). In 1 % of random tests the set has a second piece further out: one boundary is reported.</para>
/// <para>Accuracy: 1e-7 (60 halvings; stats_vectors.json, proportion_interval). Coverage at all looks at least 95 % by
/// simulation.</para>
/// </remarks>
public static class ConfidenceSequence
{
    private const double LowestRatio = 1e-6;
    private const double HighestRatio = 1000;
    private const double Edge = 1e-9;
    private const int OnStack = 32;

    /// <summary>Relative lift p_T/p_C - 1 of a conversion rate.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="baseline">Frozen base rate m, strictly between 0 and 1.</param>
    /// <param name="epochs">Counts per epoch, the earliest started first.</param>
    /// <returns>Lift as a fraction; unbounded without units.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Counts, shares or the base rate are outside their range.</exception>
    public static Interval RelativeLift(SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.OpenUnit(baseline);
        return RelativeLift(plan, baseline, epochs, ProportionTest.UsesLine(plan.HorizonUsers, baseline, epochs));
    }

    internal static Interval RelativeLift(
        SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs, bool usesLine)
    {
        Span<ProportionEpoch> merged = epochs.Length <= OnStack ? stackalloc ProportionEpoch[OnStack] : new ProportionEpoch[epochs.Length];
        merged = merged[..Merge(epochs, merged)];
        var (treatment, control) = Pool(merged);
        if (treatment.Users + control.Users <= 0)
        {
            return Interval.Unbounded;
        }

        var high = Math.Min(HighestRatio, (1 - Edge) / baseline);
        var observed = treatment.Conversions * control.Conversions > 0 ? treatment.Rate / control.Rate : 1;
        var start = Math.Clamp(observed, 2 * LowestRatio, 0.999 * high);
        var evidence = new ProportionNull(plan, baseline, merged, NullKind.Ratio, usesLine);
        var ratio = NullSearch.Find(ref evidence, LowestRatio, high, start, plan.LogThreshold, logSpaced: true);
        return ToLift(ratio);
    }

    /// <summary>Difference p_T - p_C of a conversion rate.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="baseline">Frozen base rate m, strictly between 0 and 1.</param>
    /// <param name="epochs">Counts per epoch, the earliest started first.</param>
    /// <returns>Absolute difference (0.01 is one point); unbounded without units.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Counts, shares or the base rate are outside their range.</exception>
    public static Interval Difference(SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.OpenUnit(baseline);
        return Difference(plan, baseline, epochs, ProportionTest.UsesLine(plan.HorizonUsers, baseline, epochs));
    }

    internal static Interval Difference(
        SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs, bool usesLine)
    {
        Span<ProportionEpoch> merged = epochs.Length <= OnStack ? stackalloc ProportionEpoch[OnStack] : new ProportionEpoch[epochs.Length];
        merged = merged[..Merge(epochs, merged)];
        var (treatment, control) = Pool(merged);
        if (treatment.Users + control.Users <= 0)
        {
            return Interval.Unbounded;
        }

        var (low, high) = (-baseline + Edge, 1 - baseline - Edge);
        if (low >= high)
        {
            return Interval.Unbounded;
        }

        var observed = treatment.Users * control.Users > 0 ? treatment.Rate - control.Rate : 0;
        var start = Math.Max(low, Math.Min(high - Edge, Math.Max(low + Edge, observed)));
        var evidence = new ProportionNull(plan, baseline, merged, NullKind.Difference, usesLine);
        return NullSearch.Find(ref evidence, low, high, start, plan.LogThreshold, logSpaced: false);
    }

    /// <summary>Relative lift of a mean.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="variance">Frozen variance per unit, above 0.</param>
    /// <param name="epochs">Moments per epoch, the earliest started first.</param>
    /// <returns>Lift as a fraction; unbounded before the test starts; null when the control's mean is not clearly above 0 (show
    /// the difference only).</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments, shares or the variance are outside their range.</exception>
    public static Interval? RelativeLift(SequentialPlan plan, double variance, ReadOnlySpan<MeanEpoch> epochs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.Positive(variance);
        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        scores = scores[..MeanEvidence.Reduce(epochs, scores)];
        return MeanTest.HasStarted(epochs) && MeanTest.FirstShare(epochs) is { } share
            ? RelativeLift(plan, variance, share, scores)
            : Interval.Unbounded;
    }

    /// <summary>Difference of two means.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="variance">Frozen variance per unit, above 0.</param>
    /// <param name="epochs">Moments per epoch, the earliest started first.</param>
    /// <returns>Units of the metric; unbounded before the test starts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments, shares or the variance are outside their range.</exception>
    public static Interval Difference(SequentialPlan plan, double variance, ReadOnlySpan<MeanEpoch> epochs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.Positive(variance);
        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        scores = scores[..MeanEvidence.Reduce(epochs, scores)];
        return MeanTest.HasStarted(epochs) && MeanTest.FirstShare(epochs) is { } share
            ? Difference(plan, variance, share, scores)
            : Interval.Unbounded;
    }

    internal static Interval? RelativeLift(
        SequentialPlan plan, double variance, double share, ReadOnlySpan<ScoreEpoch> scores)
    {
        var (treatment, control) = (Pool(scores, treated: true), Pool(scores, treated: false));
        if (!(control.Mean > 0) || control.Mean * control.Mean < 4 * control.Variance)
        {
            return null;
        }

        var start = Math.Clamp(treatment.Mean / control.Mean, 2 * LowestRatio, 0.999 * HighestRatio);
        var evidence = new MeanRatioNull(plan, variance, share, scores);
        return ToLift(NullSearch.Find(ref evidence, LowestRatio, HighestRatio, start, plan.LogThreshold, logSpaced: true));
    }

    internal static Interval Difference(
        SequentialPlan plan, double variance, double share, ReadOnlySpan<ScoreEpoch> scores)
    {
        var (score, information) = NormalScore.Accumulate(scores, NullHypothesis.NoEffect);
        if (!(information > 0) || !double.IsFinite(information))
        {
            return Interval.Unbounded;
        }

        var promised = NormalScore.Promised(plan.HorizonUsers, share, variance, 1);
        var t = information / promised;
        var centre = score / information;
        var reach = (20 + (2 * t)) * Math.Sqrt(promised) / information;
        var evidence = new MeanDifferenceNull(plan, score, information, promised);
        return NullSearch.Find(ref evidence, centre - reach, centre + reach, centre, plan.LogThreshold, logSpaced: false);
    }

    private static Interval ToLift(Interval ratio) =>
        ratio.IsEmpty ? ratio : new Interval(ratio.Lower - 1, ratio.Upper - 1);

    /// <summary>Epochs of equal share summed; the first stays first, those at 0 or 1 are dropped.</summary>
    private static int Merge(ReadOnlySpan<ProportionEpoch> epochs, Span<ProportionEpoch> merged)
    {
        var count = 0;
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
            if (epoch.TreatmentShare is not (> 0 and < 1))
            {
                continue;
            }

            var at = 0;
            while (at < count && merged[at].TreatmentShare != epoch.TreatmentShare)
            {
                at++;
            }

            merged[at] = at == count ? epoch : merged[at] with
            {
                Treatment = merged[at].Treatment + epoch.Treatment,
                Control = merged[at].Control + epoch.Control,
            };
            count = Math.Max(count, at + 1);
        }

        return count;
    }

    private static (ProportionCounts Treatment, ProportionCounts Control) Pool(ReadOnlySpan<ProportionEpoch> epochs)
    {
        var (treatment, control) = (default(ProportionCounts), default(ProportionCounts));
        foreach (ref readonly var epoch in epochs)
        {
            treatment += epoch.Treatment;
            control += epoch.Control;
        }

        return (treatment, control);
    }

    /// <summary>Estimate over all epochs, weighted by units.</summary>
    private static ArmEstimate Pool(ReadOnlySpan<ScoreEpoch> epochs, bool treated)
    {
        var (users, sum, variance) = (0.0, 0.0, 0.0);
        foreach (ref readonly var epoch in epochs)
        {
            var arm = treated ? epoch.Treatment : epoch.Control;
            users += arm.Users;
            sum += arm.Users * arm.Mean;
            variance += arm.Users * arm.Users * arm.Variance;
        }

        return users > 0 ? new ArmEstimate(users, sum / users, variance / (users * users)) : default;
    }

    private readonly ref struct ProportionNull(
        SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs, NullKind kind, bool usesLine) : INullEvidence
    {
        private readonly ReadOnlySpan<ProportionEpoch> _epochs = epochs;

        public double LogEvidence(double nullValue)
        {
            var parts = ProportionScore.Compute(
                baseline, plan.HorizonUsers, _epochs, new NullHypothesis(kind, nullValue));
            return EvidenceMixture.CombineWithoutMemory(plan, usesLine, parts).LogEvidence;
        }
    }

    private readonly ref struct MeanRatioNull(
        SequentialPlan plan, double variance, double share, ReadOnlySpan<ScoreEpoch> scores) : INullEvidence
    {
        private readonly ReadOnlySpan<ScoreEpoch> _scores = scores;

        public double LogEvidence(double nullValue)
        {
            var promised = NormalScore.Promised(plan.HorizonUsers, share, variance, nullValue);
            var parts = NormalScore.Compute(promised, _scores, NullHypothesis.OfRatio(nullValue));
            return parts.HorizonInformation > 0 ? EvidenceMixture.CombineWithoutMemory(plan, true, parts).LogEvidence : 0;
        }
    }

    private readonly ref struct MeanDifferenceNull(
        SequentialPlan plan, double score, double information, double promised) : INullEvidence
    {
        public double LogEvidence(double nullValue)
        {
            var x = (score - (nullValue * information)) / Math.Sqrt(promised);
            return EvidenceMixture.CombineWithoutMemory(
                plan, true, NormalScore.At(x, information / promised, promised)).LogEvidence;
        }
    }
}
