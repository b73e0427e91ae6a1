namespace Experiments.Api.Events.Ledger;

/// <summary>All moments of one target at one instant, over all shards: what results and decisions are computed from.</summary>
/// <remarks>Size and cost depend on days, epochs and breakdown values, never on the number of users or events.</remarks>
internal sealed class TargetMoments(TargetLayout layout, IReadOnlyList<(RowKey Key, MomentRow Row)> rows, string version)
{
    public TargetLayout Layout { get; } = layout;

    /// <summary>Changes whenever a commit moved a shard: equal versions mean equal moments.</summary>
    public string Version { get; } = version;

    public bool IsEmpty => rows.Count == 0;

    /// <summary>Values seen of a breakdown, in ordinal order.</summary>
    public IReadOnlyList<string> Values(string dimension) =>
        [.. rows.Where(r => r.Key.Dimension == dimension).Select(r => r.Key.Value!).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Epochs with users, ascending.</summary>
    public IReadOnlyList<int> Epochs { get; } =
        [.. rows.Where(r => r.Key.Dimension is null).Select(r => r.Key.Epoch).Distinct().Order()];

    /// <summary>Users counted in one epoch, by variant.</summary>
    public long Exposed(int epoch, int variant, Segment segment = default) =>
        rows.Where(r => r.Key.Epoch == epoch && segment.Holds(r.Key)).Sum(r => r.Row.Exposed[variant]);

    /// <summary>Users left out because they were seen in two variants.</summary>
    public long Multiple => rows.Where(r => r.Key.Dimension is null).Sum(r => r.Row.Multiple);

    /// <summary>Users left out as automated traffic.</summary>
    public long Automated => rows.Where(r => r.Key.Dimension is null).Sum(r => r.Row.Automated);

    /// <summary>Sums of one variant for one KPI in one epoch over all its users, mature or not.</summary>
    public MomentCell Current(int kpi, int epoch, int variant, Segment segment = default) =>
        Sum(kpi, epoch, variant, segment, long.MaxValue, _ => MaturitySlots.Everything);

    /// <summary>Sums of one variant for one KPI in one epoch over the users mature at a time.</summary>
    /// <param name="now">The time, UTC ticks.</param>
    /// <param name="lastDay">Last UTC day of first exposure that counts; all by default.</param>
    public MomentCell Mature(int kpi, int epoch, int variant, long now, Segment segment = default, long lastDay = long.MaxValue) =>
        Sum(kpi, epoch, variant, segment, lastDay, day => MaturitySlots.LastClosed(day, Layout.Kpis[kpi], now));

    private MomentCell Sum(int kpi, int epoch, int variant, Segment segment, long lastDay, Func<long, int> lastClosed)
    {
        var sum = default(MomentCell);
        foreach (var (key, row) in rows)
        {
            if (key.Epoch != epoch || key.Day > lastDay || !segment.Holds(key)) continue;
            sum += row.Kpis[kpi].Sum(variant, lastClosed(row.Day));
        }

        return sum;
    }
}

/// <summary>Everybody (the default), or the users with one value of a breakdown.</summary>
internal readonly record struct Segment(string? Dimension, string? Value)
{
    public bool Holds(RowKey key) => key.Dimension == Dimension && key.Value == Value;
}
