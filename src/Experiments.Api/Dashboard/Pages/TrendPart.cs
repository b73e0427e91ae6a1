using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Trend: effect and evidence since the start, and who got what.</summary>
internal static class TrendPart
{
    private const int MostLines = 3;

    public static Markup Of(ResultModel model)
    {
        var l = model.Language;
        var shares = Markup.If(HasShares(model), () => Shares(model));
        if (model.History.Count < 2)
        {
            return Markup.Of($"""
                <section aria-labelledby="trend"><h2 id="trend">{ResultWords.TrendTitle[l]}</h2><p class="quiet">{ResultWords.TrendNone[l]}</p>{shares}</section>
                """);
        }

        return Markup.Of($"""
            <section aria-labelledby="trend"><h2 id="trend">{ResultWords.TrendTitle[l]}</h2>
            <figure>
            <figcaption id="trend-says" dir="auto">{Sentence(model)}</figcaption>
            {Legend(model)}
            {Effect(model).Described("trend-says")}
            {EffectTable(model)}
            {Bits.Explained("docs/stats/confidence-sequence.md", l)}{Export.Links(model, "trend")}
            </figure>
            <figure>
            <figcaption id="evidence-trend">{ResultWords.EvidenceTrend[l]}</figcaption>
            {Evidence(model).Described("evidence-trend")}
            {Bits.Table(l, [Terms.Day[l], Terms.Evidence[l]], Thinned(model).Select(p => new[] { l.ShortDay(p.At, model.Page.Now), Bits.Odds(FigureOf(model, p)?.LogEvidence ?? 0, l) + " : 1" }))}
            {Export.Links(model, "evidence")}
            </figure>
            {shares}
            </section>
            """);
    }

    public static Chart Effect(ResultModel model)
    {
        var kpi = model.Primary;
        return new TrendChart(model.History, Lines(model)).Draw(
            model.Language, value => value == 0 ? ResultWords.NoDifferenceLine[model.Language] : model.Difference(value, kpi.Type, kpi.Kpi),
            model.Experiment.Epochs.Skip(1).Select(e => e.StartedAt), model.Page.Now);
    }

    public static Chart Evidence(ResultModel model)
    {
        var threshold = -Math.Log(model.Experiment.Decision.Alpha);
        return EvidenceChart.OverTime(
            model.History, model.Leader.Variant, threshold, ResultWords.Threshold.With(model.Language, Bits.Odds(threshold, model.Language)),
            model.Language, model.Page.Now);
    }

    public static Chart Allocation(ResultModel model) => SharesChart.Draw(
        model.Experiment, model.Experiment.StoppedAt ?? model.View.AsOf, model.Experiment.Bandit?.ControlShare, model.Language);

    public static bool HasShares(ResultModel model) => model.Experiment.Kind == "bandit" || model.Experiment.Epochs.Count > 1;

    public static string SharesSentence(ResultModel model) => ResultWords.AllocationSentence.With(
        model.Language, string.Join(", ", model.View.Allocation.Select(a => $"{model.NameOf(a.Key)} {model.Language.Percent(a.Value)}")));

    public static string Sentence(ResultModel model)
    {
        var (l, leader, kpi) = (model.Language, model.Leader, model.Primary);
        var last = FigureOf(model, model.History[^1]);
        string Write(double? value) => value is { } v ? model.Difference(v, kpi.Type, kpi.Kpi) : "\u2014";
        return ResultWords.TrendSentence.With(
            l, model.NameOf(leader.Variant), model.NameOf(leader.Control), Write(last?.Difference), Write(last?.Lower), Write(last?.Upper));
    }

    // The leader first: he has the band.
    private static IReadOnlyList<string> Lines(ResultModel model) =>
    [
        model.Leader.Variant,
        .. model.Primary.Comparisons.Where(c => c.Variant != model.Leader.Variant)
            .OrderByDescending(c => c.Sequential?.LogEvidenceAdjusted ?? 0).Take(MostLines - 1).Select(c => c.Variant),
    ];

    private static Markup Legend(ResultModel model)
    {
        var dashes = new[] { "none", "7 4", "2 3" };
        return Markup.Of($"""
            <ul class="keys">{Lines(model).Select((v, i) => Markup.Of($"""<li><svg width="28" height="10" aria-hidden="true"><line x1="0" x2="28" y1="5" y2="5" class="line arm{i + 1}" stroke="{Ink.Arms[i + 1]}" stroke-width="2.5" stroke-dasharray="{dashes[i]}"/></svg> <bdi>{model.NameOf(v)}</bdi></li>"""))}</ul>
            """);
    }

    private static Markup EffectTable(ResultModel model)
    {
        var (l, kpi) = (model.Language, model.Primary);
        string Write(double? value) => value is { } v ? model.Difference(v, kpi.Type, kpi.Kpi) : "\u2014";
        return Bits.Table(
            l, [Terms.Day[l], Terms.Users[l], Terms.Difference[l], Terms.From[l], Terms.To[l]],
            Thinned(model).Select(p => FigureOf(model, p) is { } f
                ? new[] { l.ShortDay(p.At, model.Page.Now), l.Number(f.Users), Write(f.Difference), Write(f.Lower), Write(f.Upper) }
                : new[] { l.ShortDay(p.At, model.Page.Now), "\u2014", "\u2014", "\u2014", "\u2014" }));
    }

    private static HistoryFigure? FigureOf(ResultModel model, HistoryPoint point) =>
        point.Figures.FirstOrDefault(f => f.Variant == model.Leader.Variant);

    // A table of hundreds of rows helps nobody: about thirty, the last among them.
    private static IEnumerable<HistoryPoint> Thinned(ResultModel model)
    {
        var step = Math.Max(1, model.History.Count / 30);
        return model.History.Where((_, i) => (model.History.Count - 1 - i) % step == 0);
    }

    private static Markup Shares(ResultModel model)
    {
        var l = model.Language;
        return Markup.Of($"""
            <figure><h3>{ResultWords.AllocationTitle[l]}</h3>
            <figcaption id="shares-says" dir="auto">{SharesSentence(model)}</figcaption>
            <ul class="keys">{model.Experiment.Variants.Take(Ink.Arms.Count).Select((v, i) => Markup.Of($"<li>{SharesChart.Swatch(i)} <bdi>{v.Name ?? v.Key}</bdi></li>"))}{Markup.If(model.Experiment.Bandit is not null, () => Markup.Of($"""<li><svg width="28" height="10" aria-hidden="true"><line x1="0" x2="28" y1="5" y2="5" class="ink" stroke="{Ink.Text}" stroke-dasharray="6 4"/></svg> {ResultWords.HoldbackFloor[l]}</li>"""))}</ul>
            {Allocation(model).Described("shares-says")}
            {Bits.Table(l, [Terms.Day[l], .. model.Experiment.Variants.Select(v => v.Name ?? v.Key)], model.Experiment.Epochs.TakeLast(30).Select(e => (IReadOnlyList<string>)[l.ShortDay(e.StartedAt, model.Page.Now), .. e.Shares().Select(l.Percent)]))}
            {Export.Links(model, "shares")}
            </figure>
            """);
    }
}
