namespace Experiments.Stats.Sequential;

/// <summary>What the tests of two values per unit share; they differ in how an epoch becomes an estimate.</summary>
internal static class BivariateTest
{
    private const int OnStack = 32;

    /// <summary>Writes one estimate per usable epoch and gives their number.</summary>
    /// <param name="epochs">Validated epochs.</param>
    /// <param name="pair">All of them together.</param>
    /// <param name="scores">Receives the estimates.</param>
    /// <param name="unitVariance">Blind variance per unit; 0 while unknown.</param>
    internal delegate int Reduction(
        ReadOnlySpan<BivariateEpoch> epochs, in BivariatePair pair, Span<ScoreEpoch> scores, out double unitVariance);

    private delegate TInterval Read<TInterval>(SequentialPlan plan, double variance, double share, ReadOnlySpan<ScoreEpoch> scores);

    internal static (Evidence Evidence, TestState Next) Look(
        SequentialPlan plan,
        double? plannedVariance,
        ReadOnlySpan<BivariateEpoch> epochs,
        NullHypothesis nullHypothesis,
        TestState state,
        Reduction reduce)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        nullHypothesis.Validate(nameof(nullHypothesis));
        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        var pair = BivariatePair.Of(epochs);
        var count = reduce(epochs, pair, scores, out var unitVariance);
        var frozen = pair.Freeze(state, plannedVariance, unitVariance);
        return pair is { HasStarted: true, FirstShare: { } share }
            ? NormalScore.Look(plan, share, scores[..count], nullHypothesis, frozen)
            : (Evidence.None, frozen);
    }

    internal static Interval? RelativeLift(
        SequentialPlan plan, double variance, ReadOnlySpan<BivariateEpoch> epochs, Reduction reduce) =>
        Sequence<Interval?>(plan, variance, epochs, reduce, ConfidenceSequence.RelativeLift, Interval.Unbounded);

    internal static Interval Difference(
        SequentialPlan plan, double variance, ReadOnlySpan<BivariateEpoch> epochs, Reduction reduce) =>
        Sequence(plan, variance, epochs, reduce, ConfidenceSequence.Difference, Interval.Unbounded);

    private static TInterval Sequence<TInterval>(
        SequentialPlan plan,
        double variance,
        ReadOnlySpan<BivariateEpoch> epochs,
        Reduction reduce,
        Read<TInterval> read,
        TInterval beforeStart)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.Positive(variance);
        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        var pair = BivariatePair.Of(epochs);
        var count = reduce(epochs, pair, scores, out _);
        return pair is { HasStarted: true, FirstShare: { } share } ? read(plan, variance, share, scores[..count]) : beforeStart;
    }
}
