namespace Experiments.Stats.Bandits;

/// <summary>One step of a personalised bandit: the overall table and one table per segment that is large enough.</summary>
/// <remarks>
/// <para>Formula: <see cref="BanditStep"/> on all users; <see cref="SegmentModel"/> on drift-adjusted trials inside each segment; then
/// <see cref="Allocation"/> per segment.</para>
/// <para>Reference: Thompson 1933; Gelman et al., "Bayesian data analysis", chapter 5.</para>
/// <para>Assumes: a proportion; every user in one segment. Whatever stops the overall step (burn-in, health) stops the segments too.</para>
/// <para>Accuracy: that of its parts; buckets exact.</para>
/// </remarks>
public static class SegmentedStep
{
    /// <summary>The step.</summary>
    /// <param name="settings">Frozen settings.</param>
    /// <param name="overall">All users, and the state of the arms.</param>
    /// <param name="segments">At most nine segments of these users.</param>
    /// <exception cref="ArgumentException">Not a proportion, no segment or more than nine, or lists of different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count, sum, time or cost is NaN or outside its range.</exception>
    public static SegmentedUpdate Compute(BanditSettings settings, BanditInput overall, IReadOnlyList<SegmentInput> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var update = BanditStep.Compute(settings, overall);
        if (overall.Kind != KpiKind.Proportion)
        {
            throw new ArgumentException("Segments are pooled as proportions; a mean has no segments of its own yet.", nameof(overall));
        }

        var asked = BanditStep.Eligible(settings, overall);
        int[] eligible = [.. Enumerable.Range(0, asked.Length).Where(k => asked[k])];
        if (update.Reason is not (AllocationReason.Moved or AllocationReason.AtTarget) || eligible.Length == 0)
        {
            var active = Active(overall);
            return new SegmentedUpdate(update, [.. segments.Select(s => new SegmentUpdate(false, Allocation.WithoutInactive([.. s.Buckets], active), null))]);
        }

        var tables = segments.Select(s => Read(settings, overall, s)).ToArray();
        var model = SegmentModel.Compute(
            [.. tables.Select(t => Pick(t.Trials, eligible))], [.. tables.Select(t => Pick(t.Conversions, eligible))], overall.IncreaseIsGood);
        return new SegmentedUpdate(update, [.. segments.Select((segment, s) => Next(
            settings, overall, update, segment, tables[s], Spread(model.ProbabilityBest[s], eligible, overall.Buckets.Count)))]);
    }

    private static SegmentUpdate Next(
        BanditSettings settings, BanditInput overall, BanditUpdate update, SegmentInput segment, Table table, double[] best)
    {
        if (!SegmentModel.HasOwnTable(table.Users, table.Conversions.Sum()))
        {
            return new SegmentUpdate(false, update.Buckets, best);
        }

        return new SegmentUpdate(true, Allocation.Next(settings, best, [.. segment.Buckets], Active(overall), overall.Costs), best);
    }

    private static Table Read(BanditSettings settings, BanditInput overall, SegmentInput segment)
    {
        var arms = overall.Buckets.Count;
        EpochRow.Validate(segment.Rows, arms, nameof(segment));
        Require.SameLength(segment.Buckets.Count, arms, nameof(segment));
        using var strata = Strata.Of(segment.Rows, arms, overall.NowDays, settings.HalfLifeDays);
        var trials = new double[arms];
        EffectiveTrials.Compute(strata.Trials, strata.Sums, trials);
        return new Table(trials, [.. strata.Totals.Select(t => t.Sum)], segment.Rows.Sum(r => r.Arms.Sum(a => a.Users)));
    }

    private static bool[] Active(BanditInput input) => input.Active is null ? [.. input.Buckets.Select(_ => true)] : [.. input.Active];

    private static double[] Pick(double[] values, int[] arms) => Array.ConvertAll(arms, k => values[k]);

    private static double[] Spread(IReadOnlyList<double> values, int[] arms, int length)
    {
        var result = new double[length];
        for (var i = 0; i < arms.Length; i++)
        {
            result[arms[i]] = values[i];
        }

        return result;
    }

    private sealed record Table(double[] Trials, double[] Conversions, double Users);
}
