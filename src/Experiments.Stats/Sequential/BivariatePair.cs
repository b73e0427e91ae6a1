namespace Experiments.Stats.Sequential;

/// <summary>What ratio and adjusted tests need of a pair's epochs, read once.</summary>
internal readonly record struct BivariatePair(BivariateMoments Treatment, BivariateMoments Control, double NonZero, double? FirstShare)
{
    internal bool IsFreezable => Math.Min(Treatment.Users, Control.Users) >= MeanTest.UsersPerArmToStart;

    internal bool HasStarted => IsFreezable && NonZero >= MeanTest.NonZeroUsersToStart;

    internal static BivariatePair Of(ReadOnlySpan<BivariateEpoch> epochs)
    {
        var pair = default(BivariatePair);
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
            if (epoch.IsUsable)
            {
                pair = new BivariatePair(
                    pair.Treatment + epoch.Treatment, pair.Control + epoch.Control, pair.NonZero + epoch.NonZeroUsers,
                    pair.FirstShare ?? epoch.TreatmentShare);
            }
        }

        return pair;
    }

    /// <summary>Whether an epoch has the units to count: several epochs need 30 per arm each.</summary>
    internal static bool Counts(in BivariateEpoch epoch, int epochs)
    {
        var least = epochs > 1 ? NormalScore.UsersPerArmAndEpoch : 2;
        return epoch.IsUsable && epoch.Treatment.Users >= least && epoch.Control.Users >= least;
    }

    /// <summary>Freezes the planned variance, else the blind one once each arm has 150 units.</summary>
    internal TestState Freeze(TestState state, double? plannedVariance, double blindVariance)
    {
        if (plannedVariance is { } planned)
        {
            Require.Positive(planned, nameof(plannedVariance));
        }

        var variance = plannedVariance ?? (IsFreezable ? blindVariance : 0);
        return state.Sigma2 is > 0 || !(variance > 0) || !double.IsFinite(variance)
            ? state
            : state with { Sigma2 = variance };
    }
}
