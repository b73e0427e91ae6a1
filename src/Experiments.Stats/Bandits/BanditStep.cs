namespace Experiments.Stats.Bandits;

/// <summary>One step of a bandit: epoch table and old buckets in, next buckets out. Deterministic.</summary>
/// <remarks>
/// <para>Formula: <see cref="PosteriorUpdate"/>, <see cref="ArmPosteriors.ProbabilityBest"/>, <see cref="Allocation"/>.</para>
/// <para>Reference: Thompson 1933; Russo 2016.</para>
/// <para>Assumes: the weights stay while an active arm of the start has too few users, while health is not ok and before the first
/// conversion; even then an arm that became inactive leaves at once.</para>
/// <para>Accuracy: that of its parts; buckets exact.</para>
/// </remarks>
public static class BanditStep
{
    /// <summary>The step.</summary>
    /// <param name="settings">Frozen settings.</param>
    /// <param name="input">Table, rows and state of the arms.</param>
    /// <exception cref="ArgumentException">Lists of different lengths, or no arm.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count, sum, time or cost is NaN or outside its range.</exception>
    public static BanditUpdate Compute(BanditSettings settings, BanditInput input)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(input);
        int[] old = [.. input.Buckets];
        bool[] active = input.Active is null ? Filled(old.Length, true) : [.. input.Active];
        bool[] added = input.AddedLater is null ? Filled(old.Length, false) : [.. input.AddedLater];
        Require.SameLength(active.Length, old.Length, nameof(input));
        Require.SameLength(added.Length, old.Length, nameof(input));
        EpochRow.Validate(input.Rows, old.Length, nameof(input));
        var kept = Allocation.WithoutInactive(old, active);
        var posteriors = PosteriorUpdate.Compute(
            input.Kind, input.IncreaseIsGood, settings, input.Rows, input.NowDays, input.Costs);
        var young = Young(settings, input.Rows, old.Length);
        var stop = Stop(input, posteriors, active, added, young);
        if (posteriors is null)
        {
            return new BanditUpdate(kept, stop ?? AllocationReason.NoConversions, null, null, null, null);
        }

        var best = posteriors.ProbabilityBest(Eligible(active, added, young));
        var next = stop is null ? Allocation.Next(settings, best, old, active, input.Costs) : kept;
        var reason = stop ?? (next.AsSpan().SequenceEqual(old) ? AllocationReason.AtTarget : AllocationReason.Moved);
        var leader = posteriors.Leader(active);
        return new BanditUpdate(
            next, reason, best, posteriors, leader < 0 ? null : leader, leader < 0 ? null : posteriors.RelativeLoss(leader, active));
    }

    /// <summary>Arms whose P(best) is asked for: those that may be served and, if they came later, have their users.</summary>
    internal static bool[] Eligible(BanditSettings settings, BanditInput input)
    {
        var arms = input.Buckets.Count;
        return Eligible(
            input.Active is null ? Filled(arms, true) : [.. input.Active], input.AddedLater is null ? Filled(arms, false) : [.. input.AddedLater],
            Young(settings, input.Rows, arms));
    }

    private static bool[] Eligible(bool[] active, bool[] added, bool[] young) =>
        [.. active.Select((isActive, k) => isActive && !(added[k] && young[k]))];

    private static bool[] Young(BanditSettings settings, IReadOnlyList<EpochRow> rows, int arms)
    {
        var users = new double[arms];
        foreach (var row in rows)
        {
            for (var k = 0; k < arms; k++)
            {
                users[k] += row.Arms[k].Users;
            }
        }

        return Array.ConvertAll(users, n => n < settings.BurnInUsersPerVariant);
    }

    private static AllocationReason? Stop(
        BanditInput input, ArmPosteriors? posteriors, bool[] active, bool[] added, bool[] young)
    {
        var waits = false;
        for (var k = 0; k < active.Length; k++)
        {
            waits |= active[k] && young[k] && !added[k];
        }

        return active.Count(a => a) <= 1 ? AllocationReason.OneArm
            : !input.IsHealthy ? AllocationReason.Unhealthy
            : waits ? AllocationReason.BurnIn
            : posteriors is null ? AllocationReason.NoConversions
            : null;
    }

    private static bool[] Filled(int length, bool value)
    {
        var flags = new bool[length];
        Array.Fill(flags, value);
        return flags;
    }
}
