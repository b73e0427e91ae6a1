using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;
using Experiments.Api.Shared;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Detail: who is counted, all figures, breakdowns, what was decided, and what experts ask for.</summary>
internal static class DetailPart
{
    public static Markup Of(ResultModel model)
    {
        var l = model.Language;
        return Markup.Of($"""
            <section aria-labelledby="detail"><h2 id="detail">{ResultWords.DetailTitle[l]}</h2>
            {Markup.If(model.HasData, () => Funnel(model))}
            {Markup.If(model.HasData, () => Figures(model))}
            {model.Breakdowns.Select(b => Breakdown(model, b))}
            {DecisionsPart.Of(model)}
            {Markup.If(model.HasData && !model.IsWithheld, () => Expert(model))}
            </section>
            """);
    }

    private static Markup Funnel(ResultModel model)
    {
        var l = model.Language;
        var single = model.Primary.Variants.Sum(v => v.Users);
        var exposed = single + model.View.Health.MultipleExposureUsers + model.View.Health.AutomatedUsers;
        var mature = model.Primary.Variants.Sum(v => v.MatureUsers);
        var window = Durations.TryParse(model.Experiment.FrozenKpis[0].Window, out var w) ? w : TimeSpan.Zero;
        var steps = new (Word Name, long Users, string Left)[]
        {
            (ResultWords.Exposed, exposed, ""),
            (ResultWords.InOneVariant, single, Left(
                (ResultWords.LeftTwice, model.View.Health.MultipleExposureUsers), (ResultWords.LeftRobots, model.View.Health.AutomatedUsers))),
            (ResultWords.Counted, mature, single > mature ? ResultWords.LeftWindow.With(l, l.Number(single - mature), WindowText(window)) : ""),
        };
        string Left(params (Word Word, long Users)[] reasons) =>
            string.Join(", ", reasons.Where(r => r.Users > 0).Select(r => r.Word.With(l, l.Number(r.Users))));
        string WindowText(TimeSpan span) => span >= TimeSpan.FromDays(1) ? $"{l.Number(span.TotalDays)}\u00a0{(l.IsFrench ? "j" : "d")}" : $"{l.Number(span.TotalMinutes)}\u00a0min";

        return Markup.Of($"""
            <figure class="bars"><h3>{ResultWords.FunnelTitle[l]}</h3>
            <figcaption>{ResultWords.FunnelSentence.With(l, l.Number(exposed), l.Number(mature))}</figcaption>
            {steps.Select(s => Markup.Of($"""
                <div class="bar-row"><span class="who">{s.Name[l]}{Markup.If(s.Left.Length > 0, () => Markup.Of($""" <span class="quiet">− {s.Left}</span>"""))}</span><span class="number">{l.Number(s.Users)}</span>{SmallCharts.Bar(exposed == 0 ? 0 : (double)s.Users / exposed, "unsure").Saying($"{s.Name[l]}: {l.Number(s.Users)}")}</div>
                """))}
            </figure>
            """);
    }

    private static Markup Figures(ResultModel model)
    {
        var l = model.Language;
        var rows = model.View.Kpis.SelectMany(k => k.Variants.Select(v => (IReadOnlyList<string>)
        [
            model.KpiName(k.Kpi), model.NameOf(v.Variant), l.Number(v.Users), l.Number(v.MatureUsers), l.Number(v.Conversions), model.Level(v.Mean, k.Type, k.Kpi),
        ]));
        return Markup.Of($"""
            <details class="block"><summary>{ResultWords.FiguresTitle[l]}</summary><div class="scroll" tabindex="0" role="group" aria-label="{ResultWords.FiguresTitle[l]}">
            {Bits.PlainTable([Terms.Kpi[l], Terms.Variant[l], Terms.Users[l], ResultWords.Mature[l], ResultWords.Conversions[l], ResultWords.Mean[l]], rows)}
            </div></details>
            """);
    }

    private static Markup Breakdown(ResultModel model, BreakdownView breakdown)
    {
        var l = model.Language;
        if (breakdown.Segments.Count == 0)
            return Markup.Of($"""<details class="block"><summary>{Terms.Breakdown[l]}: {breakdown.Attribute}</summary><p class="quiet">{ResultWords.BreakdownNone[l]}</p></details>""");

        var rows = breakdown.Segments.SelectMany(s => s.Kpis[0].Comparisons.Select(c => (Segment: s, Comparison: c))).ToList();
        var ends = rows.Select(r => Math.Abs(r.Comparison.RelativeLift ?? 0)).DefaultIfEmpty(0.1).Max();
        var range = Scale.Nice(Math.Clamp(2 * ends, 0.02, 5));
        return Markup.Of($"""
            <details class="block"><summary>{Terms.Breakdown[l]}: <bdi>{breakdown.Attribute}</bdi></summary>
            <p class="quiet">{ResultWords.BreakdownNote[l]} {Bits.Explained("docs/stats/segments.md", l)}</p>
            {rows.Select(r => Markup.Of($"""
                <div class="bar-row wide"><span class="who" dir="auto"><bdi>{r.Segment.Value}</bdi> <span class="quiet"><bdi>{model.NameOf(r.Comparison.Variant)}</bdi>{(r.Comparison.Segment?.Discovered == true ? " · " + ResultWords.StandsOut[l] : "")}</span></span>
                <span class="number">{model.Signed(r.Comparison.RelativeLift)}</span>{SmallCharts.Interval(r.Comparison.RelativeLift, r.Comparison.CredibleInterval, ResultModel.Tone(model.Primary.Direction, r.Comparison.CredibleInterval), range).Saying($"{r.Segment.Value}: {model.Signed(r.Comparison.RelativeLift)}")}</div>
                """))}
            </details>
            """);
    }

    private static Markup Expert(ResultModel model)
    {
        var l = model.Language;
        var rows = model.View.Kpis.SelectMany(k => k.Comparisons.Where(c => c.Sequential is not null).Select(c => (IReadOnlyList<string>)
        [
            $"{model.KpiName(k.Kpi)}, {model.NameOf(c.Variant)}", c.Sequential!.Method, l.Figure(c.Sequential.LogEvidence), l.Figure(c.Sequential.LogEvidenceAdjusted),
            l.Figure(c.Sequential.PValue), l.Percent(c.Sequential.InformationFraction), c.Sequential.Decision,
        ]));
        return Markup.Of($"""
            <details class="block expert" data-expert><summary>{ResultWords.ExpertTitle[l]}</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="{ResultWords.ExpertTitle[l]}">{Bits.PlainTable([Terms.Kpi[l], "method", "ln E", "ln E, adjusted", "p-value", "information", "decision"], rows)}</div>
            <p class="quiet">plan <code>{model.View.PlanHash}</code></p>
            {Bits.Explained("docs/stats/README.md", l)}
            </details>
            """);
    }
}
