using Experiments.Api.Events.Ledger;
using Experiments.Stats;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Results.Figures;

/// <summary>A stretch with one table, as rows need it; buckets in the order of the arms.</summary>
internal sealed record TableStretch(DateTimeOffset StartedAt, IReadOnlyList<int> Buckets);

/// <summary>A target's sums as the mathematics of bandits take them: the control first, one row by epoch and UTC day of first exposure.</summary>
/// <param name="moments">The sums.</param>
/// <param name="variants">Number of the variant by arm; arm 0 is the control.</param>
/// <param name="stretches">Tables by epoch id.</param>
/// <param name="startedAt">Start of the whole: its UTC day is day 0.</param>
/// <param name="now">The time of the look.</param>
internal sealed class EpochRows(
    TargetMoments moments, IReadOnlyList<int> variants, IReadOnlyList<TableStretch> stretches, DateTimeOffset startedAt, DateTimeOffset now)
{
    private readonly long _startDay = MaturitySlots.DayOf(startedAt.UtcTicks);

    /// <summary>UTC day as rows count it.</summary>
    public int DayOf(DateTimeOffset at) => (int)(MaturitySlots.DayOf(at.UtcTicks) - _startDay);

    public double NowDays => Days(now.UtcTicks);

    /// <summary>Mature users only: what proofs read.</summary>
    /// <param name="kpi">Number of the KPI in the layout.</param>
    /// <param name="hasCovariate">Whether its variance is reduced by a covariate.</param>
    public IReadOnlyList<EpochRow> Mature(int kpi, bool hasCovariate)
    {
        var days = moments.Days(kpi, now.UtcTicks);
        var cell = CellOf(kpi, hasCovariate, days);
        return [.. days.Select(d => Row(d.Epoch, d.Day, [.. variants.Select(v => cell(d.Cells[v]))]))];
    }

    /// <summary>Mature users, and those who wait by the share of conversions that normally has come by their age: what weights read.</summary>
    public IReadOnlyList<EpochRow> Known(int kpi, bool hasCovariate)
    {
        var days = moments.Days(kpi, now.UtcTicks);
        var converted = days.Sum(d => d.Cells.Sum(c => (double)c.Conversions));
        if (ArrivalCurve.From(moments.Delays(kpi, now.UtcTicks), converted) is not { } curve) return Mature(kpi, hasCovariate);

        var layout = moments.Layout.Kpis[kpi];
        var cell = CellOf(kpi, hasCovariate, days);
        var rows = days.ToDictionary(d => (d.Epoch, d.Day), d => variants.Select(v => cell(d.Cells[v])).ToArray());
        foreach (var slot in moments.Waiting(kpi, now.UtcTicks))
        {
            // A slot is taken at its middle.
            var age = (now.UtcTicks - slot.From - (layout.SlotTicks / 2)) / (double)layout.WindowTicks;
            var share = curve.At(age);
            if (!rows.TryGetValue((slot.Epoch, slot.Day), out var arms)) rows[(slot.Epoch, slot.Day)] = arms = new ArmCell[variants.Count];
            for (var arm = 0; arm < arms.Length; arm++)
            {
                var pending = cell(slot.Cells[variants[arm]]);
                if (pending.Users > 0) arms[arm] += pending with { Users = pending.Users * share };
            }
        }

        return [.. rows.OrderBy(r => r.Key).Select(r => Row(r.Key.Epoch, r.Key.Day, r.Value))];
    }

    private EpochRow Row(int epoch, long day, IReadOnlyList<ArmCell> arms)
    {
        var stretch = stretches[Math.Min(epoch, stretches.Count - 1)];
        var next = epoch + 1 < stretches.Count ? stretches[epoch + 1].StartedAt : now;
        var start = Math.Max(day - _startDay, Days(stretch.StartedAt.UtcTicks));

        // An exposure may be told late, on a day after its table was replaced: its row then has no length.
        if (start >= day + 1 - _startDay) start = day - _startDay;
        return new EpochRow(epoch, start, Math.Max(start, Math.Min(day + 1 - _startDay, Days(next.UtcTicks))), stretch.Buckets, arms);
    }

    private Func<MomentCell, ArmCell> CellOf(int kpi, bool hasCovariate, IReadOnlyList<DayRow> days)
    {
        var type = moments.Layout.Kpis[kpi].Type;
        if (type == KpiType.Proportion) return cell => ArmCell.OfProportion(cell.Users, cell.Conversions);
        if (type != KpiType.Ratio && !hasCovariate) return cell => ArmCell.OfMean(cell.ToMoments(), cell.Conversions);

        var arms = variants.Select(v => days.Aggregate(default(MomentCell), (sum, d) => sum + d.Cells[v]).ToBivariate()).ToArray();
        var line = type == KpiType.Ratio
            ? LinearisedRatio.OfRatio(arms.Aggregate(default(BivariateMoments), (sum, arm) => sum + arm))
            : LinearisedRatio.OfCovariate(arms);
        return line is { } slope ? cell => slope.Apply(cell.ToBivariate(), cell.Conversions) : _ => default;
    }

    private double Days(long ticks) => (ticks / (double)TimeSpan.TicksPerDay) - _startDay;
}
