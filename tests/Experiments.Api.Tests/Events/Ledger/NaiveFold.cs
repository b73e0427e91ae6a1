using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Tests.Events.Ledger;

/// <summary>The ledger's definition written down a second time, the slow way: from the whole set of events, no state, no deltas.</summary>
internal static class NaiveFold
{
    internal sealed record Sums(long Users, long Conversions, double Sum, double SumOfSquares, double Second);

    public static Dictionary<(int Epoch, int Variant), Sums> Fold(IEnumerable<LedgerEvent> events, int kpi, long? matureAt = null)
    {
        var result = new Dictionary<(int, int), Sums>();
        foreach (var user in events.DistinctBy(e => e.Id).GroupBy(e => e.User))
        {
            var exposures = user.OfType<ExposureEvent>().OrderBy(e => e.At).ThenBy(e => e.Epoch).ThenBy(e => e.Variant).ToList();
            if (exposures.Select(e => e.Variant).Distinct().Count() != 1) continue;

            var first = exposures[0];
            var layout = LedgerBench.Layout.Kpis[kpi];
            var day = first.At / TimeSpan.TicksPerDay * TimeSpan.TicksPerDay;
            var slotEnd = Math.Min(
                day + TimeSpan.TicksPerDay, day + ((((first.At - day) / layout.SlotTicks) + 1) * layout.SlotTicks));
            if (matureAt < slotEnd + layout.WindowTicks) continue;

            var inWindow = user.OfType<KpiEvent>().Where(e => e.At >= first.At && e.At < first.At + layout.WindowTicks).ToList();
            var mine = inWindow.Where(e => LedgerEvent.Hash(e.Event) == layout.Event).ToList();
            var x = layout.Type switch
            {
                KpiType.Proportion => mine.Any(e => e.Value != 0) ? 1 : 0,
                KpiType.Count => mine.Count,
                _ => mine.Sum(e => e.Value),
            };
            x = Math.Min(x, layout.Cap ?? double.MaxValue);
            var d = layout.Type == KpiType.Ratio ? inWindow.Where(e => LedgerEvent.Hash(e.Event) == layout.Second).Sum(e => e.Value) : 0;
            var key = (first.Epoch, first.Variant);
            var old = result.GetValueOrDefault(key) ?? new Sums(0, 0, 0, 0, 0);
            result[key] = new Sums(
                old.Users + 1, old.Conversions + (x != 0 ? 1 : 0), old.Sum + x, old.SumOfSquares + (x * x), old.Second + d);
        }

        return result;
    }
}
