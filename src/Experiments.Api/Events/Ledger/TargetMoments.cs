namespace Experiments.Api.Events.Ledger;

/// <summary>All moments of one target at one instant, over all shards: what results and decisions are computed from.</summary>
/// <remarks>Size and cost depend on days, epochs and breakdown values, never on the number of users or events.</remarks>
internal sealed class TargetMoments(TargetLayout layout, IReadOnlyList<(RowKey Key, MomentRow Row)> rows, string version)
{
    // A bandit has thousands of epochs: the rows of one are found without a walk over all.
    private readonly ILookup<int, (RowKey Key, MomentRow Row)> _byEpoch = rows.ToLookup(r => r.Key.Epoch);

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
        _byEpoch[epoch].Where(r => segment.Holds(r.Key)).Sum(r => r.Row.Exposed[variant]);

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
        foreach (var (key, row) in _byEpoch[epoch])
        {
            if (key.Day > lastDay || !segment.Holds(key)) continue;
            sum += row.Kpis[kpi].Sum(variant, lastClosed(row.Day));
        }

        return sum;
    }

    /// <summary>Mature sums by epoch and UTC day of first exposure, in the order of both; rows of all shards together.</summary>
    /// <param name="kpi">Number of the KPI in the layout.</param>
    /// <param name="now">The time, UTC ticks.</param>
    public IReadOnlyList<DayRow> Days(int kpi, long now)
    {
        var days = new SortedDictionary<(int Epoch, long Day), MomentCell[]>();
        foreach (var (key, row) in rows)
        {
            if (key.Dimension is not null) continue;
            var lastClosed = MaturitySlots.LastClosed(row.Day, Layout.Kpis[kpi], now);
            var cells = CellsOf(days, key);
            for (var v = 0; v < cells.Length; v++) cells[v] += row.Kpis[kpi].Sum(v, lastClosed);
        }

        return [.. days.Select(d => new DayRow(d.Key.Epoch, d.Key.Day, d.Value))];
    }

    /// <summary>Users still inside their window, by slot of first exposure: sums so far.</summary>
    public IEnumerable<WaitingSlot> Waiting(int kpi, long now) =>
        from r in rows
        where r.Key.Dimension is null
        let lastClosed = MaturitySlots.LastClosed(r.Row.Day, Layout.Kpis[kpi], now)
        from slot in r.Row.Kpis[kpi].Waiting
        where slot.Key > lastClosed
        select new WaitingSlot(
            r.Key.Epoch, r.Row.Day, (r.Row.Day * TimeSpan.TicksPerDay) + (slot.Key * Layout.Kpis[kpi].SlotTicks), slot.Value);

    /// <summary>What mature users did, by the twentieth of the window in which each first converted; all variants together.</summary>
    public double[] Delays(int kpi, long now)
    {
        var sums = new double[KpiSlots.DelayBins];
        foreach (var (key, row) in rows)
        {
            if (key.Dimension is null) row.Kpis[kpi].AddDelays(MaturitySlots.LastClosed(row.Day, Layout.Kpis[kpi], now), sums);
        }

        return sums;
    }

    private MomentCell[] CellsOf(SortedDictionary<(int Epoch, long Day), MomentCell[]> days, RowKey key)
    {
        if (!days.TryGetValue((key.Epoch, key.Day), out var cells)) days[(key.Epoch, key.Day)] = cells = new MomentCell[Layout.Variants.Count];
        return cells;
    }
}

/// <summary>Sums by variant over the users first exposed on one UTC day under one epoch.</summary>
internal sealed record DayRow(int Epoch, long Day, IReadOnlyList<MomentCell> Cells);

/// <summary>Users who wait for their window to close, first exposed in one slot.</summary>
/// <param name="From">Beginning of the slot, UTC ticks.</param>
internal readonly record struct WaitingSlot(int Epoch, long Day, long From, IReadOnlyList<MomentCell> Cells);

/// <summary>Everybody (the default), or the users with one value of a breakdown.</summary>
internal readonly record struct Segment(string? Dimension, string? Value)
{
    public bool Holds(RowKey key) => key.Dimension == Dimension && key.Value == Value;
}
