namespace Experiments.Stats.Sequential;

/// <summary>The sequential test of two means as the decision engine runs it: evidence with its memory.</summary>
/// <remarks>
/// <para>Formula: that of <see cref="MeanEvidence"/> with VH = N w (1 - w)/sigma2, the lines' latches, and mean and variance
/// frozen blind (pooled over arms and epochs) at the first look with 150 units per arm.</para>
/// <para>Starts at 150 units per arm and 10 non-zero units in the pair, all epochs together; log E = 0 before.</para>
/// <para>Reference: Ville 1939; Robbins 1970. Large-sample: checked by simulation at 3 % buyers with lognormal baskets.</para>
/// <para>Assumes: values capped by a frozen cap; only the decision engine stores the returned state.</para>
/// <para>Accuracy: measured 1e-14 of max(1, ln E) against 50 digits, 600 to 1e8 units.</para>
/// </remarks>
public static class MeanTest
{
    /// <summary>Units per arm at which the scale freezes and the test may start.</summary>
    public const double UsersPerArmToStart = 150;

    /// <summary>Non-zero units of the pair at which the test may start.</summary>
    public const double NonZeroUsersToStart = 10;

    private const int OnStack = 32;

    /// <summary>One look.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="plannedVariance">Variance per unit from the pre-period, above 0, or null to freeze it blind.</param>
    /// <param name="epochs">Moments per epoch; the first one is the earliest started, the others in any order.</param>
    /// <param name="nullHypothesis">The null of this test; one state belongs to one null.</param>
    /// <param name="state">State of the last stored look; <see cref="TestState.Initial"/> at first.</param>
    /// <returns>Evidence now, and the state to store.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments NaN or negative, a share outside [0, 1], or the null refused.</exception>
    public static (Evidence Evidence, TestState Next) Look(
        SequentialPlan plan,
        double? plannedVariance,
        ReadOnlySpan<MeanEpoch> epochs,
        NullHypothesis nullHypothesis,
        TestState state)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        nullHypothesis.Validate(nameof(nullHypothesis));
        if (plannedVariance is { } planned)
        {
            Require.Positive(planned, nameof(plannedVariance));
        }

        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        scores = scores[..MeanEvidence.Reduce(epochs, scores)];
        var frozen = Freeze(epochs, plannedVariance, state);
        return HasStarted(epochs) && FirstShare(epochs) is { } share
            ? NormalScore.Look(plan, share, scores, nullHypothesis, frozen)
            : (Evidence.None, frozen);
    }

    /// <summary>Pooled moments of the pair without looking at the arms, once each arm has 150 units.</summary>
    /// <param name="epochs">Moments per epoch.</param>
    /// <returns>Moments whose mean and variance are mu0 and sigma2, or null before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments NaN or negative, or a share outside [0, 1].</exception>
    public static MeanMoments? BlindScale(ReadOnlySpan<MeanEpoch> epochs)
    {
        var (treatment, control, _) = Pool(epochs);
        return Math.Min(treatment.Users, control.Users) >= UsersPerArmToStart ? treatment + control : null;
    }

    internal static (MeanMoments Treatment, MeanMoments Control, double NonZero) Pool(ReadOnlySpan<MeanEpoch> epochs)
    {
        var (treatment, control, nonZero) = (default(MeanMoments), default(MeanMoments), 0.0);
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
            if (epoch.TreatmentShare is > 0 and < 1)
            {
                treatment += epoch.Treatment;
                control += epoch.Control;
                nonZero += epoch.NonZeroUsers;
            }
        }

        return (treatment, control, nonZero);
    }

    internal static bool HasStarted(ReadOnlySpan<MeanEpoch> epochs)
    {
        var (treatment, control, nonZero) = Pool(epochs);
        return Math.Min(treatment.Users, control.Users) >= UsersPerArmToStart && nonZero >= NonZeroUsersToStart;
    }

    internal static double? FirstShare(ReadOnlySpan<MeanEpoch> epochs)
    {
        foreach (ref readonly var epoch in epochs)
        {
            if (epoch.TreatmentShare is > 0 and < 1)
            {
                return epoch.TreatmentShare;
            }
        }

        return null;
    }

    private static TestState Freeze(ReadOnlySpan<MeanEpoch> epochs, double? plannedVariance, TestState state)
    {
        if (state.Sigma2 is > 0)
        {
            return state;
        }

        var blind = BlindScale(epochs);
        var variance = plannedVariance ?? blind?.Variance;
        return variance is > 0 ? state with { Sigma2 = variance, Mu0 = blind?.Mean } : state;
    }
}
