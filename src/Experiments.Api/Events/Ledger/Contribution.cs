namespace Experiments.Api.Events.Ledger;

/// <summary>What one user adds to one KPI of a target.</summary>
/// <param name="Value">x: his total in the window, capped; 0 or 1 for a proportion.</param>
/// <param name="Second">d: his denominator in the window, or his covariate before the exposure.</param>
internal readonly record struct KpiContribution(double Value, double Second)
{
    /// <summary>Which twentieth of the window had his first conversion, from 1; 0 when he has none, or nobody asks.</summary>
    public int DelayBin { get; init; }
}

/// <summary>What one user adds to a target: where he stands and what he did. A pure function of his record.</summary>
/// <param name="Multiple">He was given two variants: out of the analysis, by a rule that ignores which.</param>
/// <param name="Automated">He makes more events than any person.</param>
internal sealed record Contribution(
    RecordedExposure Exposure, bool Multiple, bool Automated, IReadOnlyList<KpiContribution> Kpis)
{
    /// <summary>He was in the experiment that a best practice came from: he does not count for the practice, on either side.</summary>
    public bool Excluded { get; init; }

    public bool SameAs(Contribution? other) =>
        other is not null
        && Automated == other.Automated
        && Exposure.Variant == other.Exposure.Variant
        && Exposure.At == other.Exposure.At
        && Exposure.Epoch == other.Exposure.Epoch
        && Multiple == other.Multiple
        && Excluded == other.Excluded
        && Exposure.Complete == other.Exposure.Complete
        && Exposure.Breakdowns.SequenceEqual(other.Exposure.Breakdowns)
        && Kpis.SequenceEqual(other.Kpis);

    public static Contribution Of(UserRecord record, RecordedExposure exposure, TargetLayout layout)
    {
        var kpis = new KpiContribution[layout.Kpis.Count];
        if (layout.NotAfter is { } other && record.Exposures.Any(e => e.Target == other))
        {
            return new Contribution(exposure, Multiple: false, Automated: false, kpis) { Excluded = true };
        }

        var multiple = exposure.Seen.Any(s => s.Variant != exposure.Variant && layout.IsFault(exposure, s));
        if (!multiple && !record.Automated)
        {
            for (var i = 0; i < kpis.Length; i++) kpis[i] = Of(record.Events, exposure.At, layout.Kpis[i]);
        }

        return new Contribution(exposure, multiple, record.Automated, kpis);
    }

    // Events are in the order of time then id, so that sums of doubles do not depend on the order of arrival.
    private static KpiContribution Of(IReadOnlyList<RecordedEvent> events, long from, KpiLayout kpi)
    {
        double value = 0, second = 0;
        var converted = false;
        var delayBin = 0;
        var until = from + kpi.WindowTicks;
        for (var i = 0; i < events.Count; i++)
        {
            var recorded = events[i];
            var inWindow = recorded.At >= from && recorded.At < until;
            if (inWindow && recorded.Name == kpi.Event)
            {
                value += kpi.Type == KpiType.Count ? recorded.Quantity : recorded.Value;
                if (kpi.TracksDelay && !converted && recorded.Value != 0) delayBin = 1 + (int)((recorded.At - from) * KpiSlots.DelayBins / kpi.WindowTicks);
                converted |= recorded.Value != 0;
            }

            if (recorded.Name == kpi.Second && (kpi.Type == KpiType.Ratio ? inWindow : recorded.At < from))
            {
                second += recorded.Value;
            }
        }

        if (kpi.Type == KpiType.Proportion) value = converted ? 1 : 0;
        return new KpiContribution(kpi.Cap is { } cap ? Math.Min(value, cap) : value, second) { DelayBin = delayBin };
    }
}
