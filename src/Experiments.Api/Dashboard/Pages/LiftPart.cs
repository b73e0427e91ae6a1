using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Size: the difference with the control, for every KPI and variant, on one axis.</summary>
internal static class LiftPart
{
    private const int ShownAtOnce = 12;

    public static Markup Of(ResultModel model)
    {
        var l = model.Language;
        var rows = Rows(model).ToList();
        var range = RangeOf(rows);
        var first = rows.Take(ShownAtOnce).ToList();
        return Markup.Of($"""
            <section aria-labelledby="size"><h2 id="size">{ResultWords.SizeTitle[l]}</h2>
            <figure class="lift">
            <figcaption id="lift-says">{Sentence(model)}</figcaption>
            <div class="direction" aria-hidden="true"><span>← {l.Signed(-range)}</span><span>{l.Signed(range)} →</span></div>
            {first.Select(r => r.Draw(model, range))}
            {LiftPlot.Axis(range, l).Saying(ResultWords.AxisRange.With(l, l.Signed(-range), l.Signed(range)))}
            {Markup.If(rows.Count > ShownAtOnce, () => Markup.Of($"""<details><summary>{l.Number(rows.Count - ShownAtOnce)} +</summary>{rows.Skip(ShownAtOnce).Select(r => r.Draw(model, range))}</details>"""))}
            <p class="legend">{ResultWords.LiftLegend[l]}</p>
            {Bits.Table(l, [Terms.Kpi[l], Terms.Variant[l], Terms.Lift[l], ResultWords.VeryLikely[l], ResultWords.HoldsAlways[l], Terms.Difference[l]], rows.Select(r => r.Cells(model)))}
            {Bits.Explained("docs/stats/confidence-sequence.md", l)}{Export.Links(model, "lift")}
            </figure></section>
            """);
    }

    /// <summary>The picture as a file of its own.</summary>
    public static Markup File(ResultModel model)
    {
        var rows = Rows(model).Take(ShownAtOnce).ToList();
        var range = RangeOf(rows);
        const double RowHeight = 84;
        var body = Markup.Of($"""
            {rows.Select((r, i) => Markup.Of($"""
                <text x="0" y="{(i * RowHeight) + 16}" font-weight="600">{Chart.Short(model.NameOf(r.Comparison.Variant), 50)} · {Chart.Short(model.KpiName(r.Kpi.Kpi), 40)}</text>
                <text x="100%" y="{(i * RowHeight) + 16}" text-anchor="end" font-weight="600">{model.Signed(r.Comparison.RelativeLift)}</text>
                <svg x="0" y="{(i * RowHeight) + 24}" width="100%" height="{LiftPlot.Height}">{r.Plot(model).On(range).Body}</svg>
                """))}
            <svg x="0" y="{rows.Count * RowHeight}" width="100%" height="22">{LiftPlot.Axis(range, model.Language).Body}</svg>
            """);
        return new Chart((rows.Count * RowHeight) + 24, body).File(ResultWords.SizeTitle[model.Language], Sentence(model));
    }

    private static IEnumerable<Row> Rows(ResultModel model) => model.View.Kpis
        .OrderBy(k => k.Role switch { "primary" => 0, "guardrail" => 1, _ => 2 })
        .SelectMany(k => k.Comparisons.OrderByDescending(c => (c.RelativeLift ?? 0) * (k.Direction == "decrease" ? -1 : 1)).Select(c => new Row(k, c)));

    // The primary KPI sets the scale: a row that knows nothing must not press it into the middle.
    private static double RangeOf(List<Row> rows)
    {
        double Farthest(IEnumerable<Row> some) => some
            .Select(r => r.Comparison.CredibleInterval)
            .Select(i => Math.Max(Math.Abs(i?.Lower ?? 0), Math.Abs(i?.Upper ?? 0)))
            .DefaultIfEmpty(0).Max();
        var (primary, all) = (Farthest(rows.Where(r => r.Kpi.Role == "primary")), Farthest(rows));
        return Scale.Nice(Math.Clamp(Math.Min(1.1 * all, primary > 0 ? 1.6 * primary : double.MaxValue), 0.01, 5));
    }

    public static string Sentence(ResultModel model)
    {
        var (l, leader) = (model.Language, model.Leader);
        return leader is { RelativeLift: { } lift, CredibleInterval: { Lower: { } lower, Upper: { } upper } }
            ? ResultWords.LiftSentence.With(
                l, model.NameOf(leader.Variant), model.NameOf(leader.Control), l.Signed(lift), model.KpiName(model.Primary.Kpi), l.Signed(lower), l.Signed(upper))
            : ResultWords.LiftUnknown[l];
    }

    private sealed record Row(KpiFiguresView Kpi, ComparisonView Comparison)
    {
        private string Tone => ResultModel.Tone(Kpi.Direction, Comparison.CredibleInterval);

        public LiftPlot Plot(ResultModel model)
        {
            var margin = Kpi.Role == "guardrail" ? model.Experiment.Guardrails.FirstOrDefault(g => g.Kpi == Kpi.Kpi)?.Margin : null;
            return new LiftPlot(
                Comparison.RelativeLift, Comparison.CredibleInterval, Comparison.Sequential?.RelativeConfidenceSequence, Tone,
                Kpi.Role == "primary" ? model.Indifference : 0, margin * (Kpi.Direction == "decrease" ? 1 : -1));
        }

        public Markup Draw(ResultModel model, double range)
        {
            var l = model.Language;
            var interval = Comparison.CredibleInterval is { Lower: { } lower, Upper: { } upper } ? $"{l.Signed(lower)} … {l.Signed(upper)}" : "";
            return Markup.Of($"""
                <div class="lift-row">
                <div class="who"><strong dir="auto"><bdi>{model.NameOf(Comparison.Variant)}</bdi></strong><span class="quiet"><bdi>{model.KpiName(Kpi.Kpi)}</bdi> · {Terms.Role(Kpi.Role)[l]}{Guardrail(l)}</span></div>
                <div class="says {Tone}"><strong>{model.Signed(Comparison.RelativeLift)}</strong><span class="quiet">{interval}</span></div>
                {Plot(model).On(range).Saying($"{model.NameOf(Comparison.Variant)}, {model.KpiName(Kpi.Kpi)}: {model.Signed(Comparison.RelativeLift)} ({interval})")}
                </div>
                """);
        }

        public IReadOnlyList<string> Cells(ResultModel model) =>
        [
            model.KpiName(Kpi.Kpi), model.NameOf(Comparison.Variant), model.Signed(Comparison.RelativeLift),
            Between(model, Comparison.CredibleInterval), Between(model, Comparison.Sequential?.RelativeConfidenceSequence),
            Comparison.Difference is { } d ? model.Difference(d, Kpi.Type, Kpi.Kpi) : "\u2014",
        ];

        private string Guardrail(Language l) => Comparison.Guardrail switch
        {
            "harmless" => ": " + ResultWords.GuardrailHarmless[l],
            "harmful" => ": " + ResultWords.GuardrailHarmful[l],
            "undecided" => ": " + ResultWords.GuardrailUndecided[l],
            _ => "",
        };

        private static string Between(ResultModel model, IntervalView? interval) =>
            interval is null ? "\u2014" : $"{model.Signed(interval.Lower)} … {model.Signed(interval.Upper)}";
    }
}
