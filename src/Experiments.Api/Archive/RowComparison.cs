using System.Globalization;
using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Archive;

/// <summary>Compares a row of moments with the same row computed anew: counts must be equal, sums to 1e-9 of their size.</summary>
internal static class RowComparison
{
    private const double RelativeTolerance = 1e-9;

    // What was added and taken away again leaves some 1e-32 of its size in a sum; values are bounded by 1e12, their squares by 1e24.
    private const double AbsoluteTolerance = 1e-7;

    /// <returns>What differs, in words; nothing when all is as it must be.</returns>
    public static IEnumerable<string> Differences(RowKey key, MomentRow? live, MomentRow? recounted, TargetLayout layout, long now)
    {
        live ??= new MomentRow(key.Day, layout.Variants.Count, layout.Kpis.Count);
        recounted ??= new MomentRow(key.Day, layout.Variants.Count, layout.Kpis.Count);
        var where = string.Create(CultureInfo.InvariantCulture, $"{layout.Name}, day {DateOnly.FromDayNumber((int)key.Day):yyyy-MM-dd}, epoch {key.Epoch}");
        if (key.Dimension is not null) where += $", {key.Dimension}";
        if (live.Multiple != recounted.Multiple) yield return Text(where, "users in two variants", live.Multiple, recounted.Multiple);
        if (live.Automated != recounted.Automated) yield return Text(where, "automated users", live.Automated, recounted.Automated);
        for (var variant = 0; variant < layout.Variants.Count; variant++)
        {
            var part = $"{where}, variant {layout.Variants[variant]}";
            if (live.Exposed[variant] != recounted.Exposed[variant]) yield return Text(part, "users", live.Exposed[variant], recounted.Exposed[variant]);
            for (var kpi = 0; kpi < layout.Kpis.Count; kpi++)
            {
                var closed = MaturitySlots.LastClosed(key.Day, layout.Kpis[kpi], now);
                foreach (var (kind, slot) in new[] { ("current", MaturitySlots.Everything), ("mature", closed) })
                {
                    var (a, b) = (live.Kpis[kpi].Sum(variant, slot), recounted.Kpis[kpi].Sum(variant, slot));
                    foreach (var text in Cells($"{part}, KPI {layout.Kpis[kpi].Key}, {kind}", a, b)) yield return text;
                }
            }
        }
    }

    private static IEnumerable<string> Cells(string where, MomentCell live, MomentCell recounted)
    {
        if (live.Users != recounted.Users) yield return Text(where, "users", live.Users, recounted.Users);
        if (live.Conversions != recounted.Conversions) yield return Text(where, "conversions", live.Conversions, recounted.Conversions);
        foreach (var (name, a, b, size) in new[]
        {
            ("sum", live.Sum, recounted.Sum, Root(live.SumOfSquares, live.Users)),
            ("sum of squares", live.SumOfSquares, recounted.SumOfSquares, live.SumOfSquares.Value),
            ("second sum", live.Second, recounted.Second, Root(live.SecondSquares, live.Users)),
            ("second sum of squares", live.SecondSquares, recounted.SecondSquares, live.SecondSquares.Value),
            ("sum of products", live.Products, recounted.Products, Math.Sqrt(Math.Abs(live.SumOfSquares.Value * live.SecondSquares.Value))),
        })
        {
            if (Math.Abs(a.Value - b.Value) > AbsoluteTolerance + (RelativeTolerance * Math.Max(Math.Max(Math.Abs(a.Value), Math.Abs(b.Value)), size)))
            {
                yield return Text(where, name, a.Value, b.Value);
            }
        }
    }

    /// <summary>Largest that a sum with this sum of squares can be: sums of both signs may cancel.</summary>
    private static double Root(ExactSum squares, long users) => Math.Sqrt(Math.Abs(squares.Value) * Math.Max(users, 0));

    private static string Text<T>(string where, string what, T live, T recounted) =>
        string.Create(CultureInfo.InvariantCulture, $"{where}: {what} {live} in the store, {recounted} from the events");
}
