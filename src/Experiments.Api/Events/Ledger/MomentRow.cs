namespace Experiments.Api.Events.Ledger;

/// <summary>Moments of the users of one target first exposed on one UTC day under one epoch (and one value of a breakdown).</summary>
/// <remarks>
/// <para>Users whose window is still open wait in slots of their first exposure; what is mature at a time T is the base plus the slots
/// that had closed by T. So users mature with time, without an event and without a sweep: reading at a later T is all it takes.</para>
/// <para>Slots that have closed are folded into the base when the row is next written. Not thread-safe: its shard's writer owns it.</para>
/// </remarks>
internal sealed class MomentRow(long day, int variants, int kpis)
{
    public long Day { get; } = day;

    /// <summary>Users counted, by variant: exposed, neither in two variants nor automated.</summary>
    public long[] Exposed { get; } = new long[variants];

    /// <summary>Users left out because they were seen in two variants.</summary>
    public long Multiple { get; set; }

    /// <summary>Users left out as automated traffic.</summary>
    public long Automated { get; set; }

    public KpiSlots[] Kpis { get; } = [.. Enumerable.Range(0, kpis).Select(_ => new KpiSlots(variants))];

    /// <summary>Adds what a user contributes (sign +1), or takes it away (sign −1).</summary>
    public void Apply(Contribution contribution, TargetLayout layout, int sign)
    {
        if (contribution.Excluded) return;
        if (contribution.Automated)
        {
            Automated += sign;
            return;
        }

        if (contribution.Multiple)
        {
            Multiple += sign;
            return;
        }

        var variant = contribution.Exposure.Variant;
        Exposed[variant] += sign;
        for (var i = 0; i < Kpis.Length; i++)
        {
            var slot = contribution.Exposure.Complete ? KpiSlots.Final : MaturitySlots.Of(contribution.Exposure.At, layout.Kpis[i]);
            Kpis[i].Apply(slot, variant, contribution.Kpis[i], sign);
        }
    }

    /// <summary>Moves what is mature at a time into the base.</summary>
    public void Fold(TargetLayout layout, long now)
    {
        for (var i = 0; i < Kpis.Length; i++) Kpis[i].Fold(MaturitySlots.LastClosed(Day, layout.Kpis[i], now));
    }
}

/// <summary>One KPI's moments by variant: those folded as mature, and those waiting by slot of first exposure.</summary>
internal sealed class KpiSlots(int variants)
{
    /// <summary>Slot of users whose outcomes are final from the start.</summary>
    public const int Final = -1;

    /// <summary>Parts of the window that first conversions are counted by.</summary>
    public const int DelayBins = 20;

    /// <summary>Slots up to this one are in the base.</summary>
    public int FoldedThrough { get; set; } = Final;

    public MomentCell[] Base { get; } = new MomentCell[variants];

    public SortedDictionary<int, MomentCell[]> Waiting { get; } = [];

    /// <summary>Values of users in <see cref="Base"/> by the part of the window that had their first conversion; null while none.</summary>
    public double[]? BaseDelays { get; set; }

    /// <summary>The same of users who wait, by slot.</summary>
    public SortedDictionary<int, double[]> WaitingDelays { get; } = [];

    public void Apply(int slot, int variant, KpiContribution user, int sign)
    {
        var cells = Base;
        if (slot > FoldedThrough && !Waiting.TryGetValue(slot, out cells!))
        {
            Waiting[slot] = cells = new MomentCell[Base.Length];
        }

        cells[variant] = cells[variant].Add(user, sign);
        if (user.DelayBin > 0) DelaysOf(slot)[user.DelayBin - 1] += sign * user.Value;
    }

    public void Fold(int lastClosed)
    {
        while (Waiting.Count > 0 && Waiting.First() is var (slot, cells) && slot <= lastClosed)
        {
            for (var i = 0; i < Base.Length; i++) Base[i] += cells[i];
            Waiting.Remove(slot);
            if (!WaitingDelays.Remove(slot, out var delays)) continue;
            BaseDelays ??= new double[DelayBins];
            for (var i = 0; i < DelayBins; i++) BaseDelays[i] += delays[i];
        }

        FoldedThrough = Math.Max(FoldedThrough, lastClosed);
    }

    /// <summary>Sums of one variant over the users whose slot is at most <paramref name="lastClosed"/>.</summary>
    public MomentCell Sum(int variant, int lastClosed)
    {
        var sum = Base[variant];
        foreach (var (slot, cells) in Waiting)
        {
            if (slot > lastClosed) break;
            sum += cells[variant];
        }

        return sum;
    }

    /// <summary>Adds up the values of users whose slot is at most <paramref name="lastClosed"/>, by when they first converted.</summary>
    public void AddDelays(int lastClosed, double[] sums)
    {
        for (var i = 0; BaseDelays is not null && i < DelayBins; i++) sums[i] += BaseDelays[i];
        foreach (var (slot, delays) in WaitingDelays)
        {
            if (slot > lastClosed) break;
            for (var i = 0; i < DelayBins; i++) sums[i] += delays[i];
        }
    }

    private double[] DelaysOf(int slot)
    {
        if (slot <= FoldedThrough) return BaseDelays ??= new double[DelayBins];
        if (!WaitingDelays.TryGetValue(slot, out var delays)) WaitingDelays[slot] = delays = new double[DelayBins];
        return delays;
    }
}

/// <summary>Arithmetic of slots: a UTC day cut into pieces of the KPI's slot length; the last may be short.</summary>
internal static class MaturitySlots
{
    public const int Everything = int.MaxValue;

    public static long DayOf(long at) => Math.DivRem(at, TimeSpan.TicksPerDay).Quotient;

    public static int Of(long at, KpiLayout kpi) => (int)(at % TimeSpan.TicksPerDay / kpi.SlotTicks);

    /// <summary>Last slot of the day all of whose users are mature at a time: first exposed a whole window before it.</summary>
    public static int LastClosed(long day, KpiLayout kpi, long now)
    {
        var elapsed = now - kpi.WindowTicks - (day * TimeSpan.TicksPerDay);
        if (elapsed >= TimeSpan.TicksPerDay) return Everything;
        return elapsed < kpi.SlotTicks ? KpiSlots.Final : (int)(elapsed / kpi.SlotTicks) - 1;
    }
}
