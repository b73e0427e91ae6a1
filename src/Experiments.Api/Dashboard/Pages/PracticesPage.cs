using System.Text.Json;
using Experiments.Api.BestPractices;
using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;
using Experiments.Api.Shared;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What was learned: value, evidence, what the holdback says since, and the life line.</summary>
internal sealed class PracticesPage(CatalogStore catalog, IServiceProvider services, TimeProvider clock)
{
    public async Task<IResult> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var l = page.Language;
        var state = await catalog.RefreshAsync(cancellationToken);
        var practices = state.BestPractices.Values
            .OrderBy(p => p.State == PracticeState.Retired ? 1 : 0).ThenByDescending(p => p.ValidFrom).ThenBy(p => p.Key, StringComparer.Ordinal).ToList();
        var content = practices.Count == 0
            ? Markup.Of($"""<section class="empty" data-live="list"><h1>{PageWords.NoPractices[l]}</h1><p>{PageWords.NoPracticesText[l]}</p></section>""")
            : Markup.Of($"""
                <header class="title"><h1>{Terms.BestPractices[l]}</h1></header>
                <ul class="cards" data-live="list">{practices.Select(p => Card(page, state, p))}</ul>
                """);
        return PageResult.Html(Layout.Of(page, Terms.BestPractices[l], content));
    }

    public async Task<IResult> GetAsync(string key, HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var l = page.Language;
        var state = await catalog.RefreshAsync(cancellationToken);
        var practice = state.RequireBestPractice(key);
        var live = services.GetService<PracticeLive>() is { } read ? await read(practice, cancellationToken) : null;
        var title = TitleOf(state, practice);
        return PageResult.Html(Layout.Of(page, title, Markup.Of($"""
            <article data-live="practice">
            <header class="title"><p class="kicker"><a href="/best-practices">{Terms.BestPractices[l]}</a> / <code>{practice.Key}</code></p>
            <h1 dir="auto">{title}</h1>
            <p class="meta">{State(page, practice)} <span><code>{practice.Parameter}</code> = <bdi>{Bits.Value(practice.Value)}</bdi></span></p></header>
            {Retire(page, practice)}
            {Markup.If(practice.RetiredReason is not null, () => Markup.Of($"""<p dir="auto">{Terms.Retired[l]}: {practice.RetiredReason}</p>"""))}
            <section aria-labelledby="since"><h2 id="since">{PageWords.HoldbackEffect[l]}</h2>{Live(page, practice, live)}{Life(page, practice)}</section>
            <section aria-labelledby="evidence"><h2 id="evidence">{PageWords.LearnedFrom[l]}</h2>{practice.Evidence.Select(e => Evidence(page, state, practice, e))}</section>
            </article>
            """)));
    }

    private static string TitleOf(CatalogState state, BestPractice practice)
    {
        var experiment = practice.Evidence.Count > 0 ? state.Experiments.GetValueOrDefault(practice.Evidence[0].Experiment) : null;
        var hypothesis = experiment is null ? null : state.Hypotheses.GetValueOrDefault(experiment.Hypothesis);
        return Bits.Sentence(hypothesis?.Change ?? practice.Key);
    }

    private static Markup State(PageContext page, BestPractice practice) =>
        Bits.Chip(ToneOf(practice), Terms.State(practice.State)[page.Language]);

    private static string ToneOf(BestPractice practice) => practice.State switch
    {
        PracticeState.Active => "good",
        PracticeState.Contested => "bad",
        _ => "same",
    };

    private static Markup Card(PageContext page, CatalogState state, BestPractice practice)
    {
        var l = page.Language;
        return Markup.Of($"""
            <li class="card"><div class="what"><h3><a href="/best-practices/{practice.Key}" dir="auto">{TitleOf(state, practice)}</a></h3>
            <p class="quiet"><code>{practice.Parameter}</code> = <bdi>{Bits.Value(practice.Value)}</bdi> · {Terms.Pillar(practice.Pillar)[l]}</p></div>
            <div class="state">{State(page, practice)}</div>
            <div class="glance">{Markup.If(practice.Evidence is [{ RelativeLift: not null }, ..], () => Markup.Of($"""<span class="number">{l.Signed(practice.Evidence[0].RelativeLift!.Value)}</span>"""))}<span class="quiet">{PageWords.ReviewBy.With(l, l.ShortDay(practice.ReviewBy, page.Now))}</span></div>
            </li>
            """);
    }

    private static Markup Retire(PageContext page, BestPractice practice) => Markup.If(
        page.MayWrite && practice.State != PracticeState.Retired,
        () => Markup.Of($"""<div class="actions">{Actions.WithReason(page, "retire", PageWords.Retire, PageWords.RetireNote, $"/v1/best-practices/{practice.Key}/retire")}</div>"""));

    private static Markup Live(PageContext page, BestPractice practice, JsonElement? live)
    {
        var l = page.Language;
        if (live is not { } figures || figures.GetProperty("relativeLift").ValueKind != JsonValueKind.Number
            || figures.GetProperty("credibleInterval").Deserialize<IntervalView>(ApiJson.Options) is not { Lower: { } lower, Upper: { } upper } interval)
            return Markup.Of($"""<p class="quiet">{PageWords.HoldbackNone[l]}</p>""");

        var lift = figures.GetProperty("relativeLift").GetDouble();
        var tone = ResultModel.Tone(practice.Kpi.Direction, interval);
        var sentence = PageWords.HoldbackSentence.With(l, l.Percent(practice.Holdback), l.Signed(lift), l.Signed(lower), l.Signed(upper));
        return Markup.Of($"""
            <figure class="lift"><figcaption>{sentence}</figcaption>
            {new LiftPlot(lift, interval, null, tone, 0, null).On(Scale.Nice(Math.Max(Math.Abs(lower), Math.Abs(upper)))).Saying(sentence)}
            {LiftPlot.Axis(Scale.Nice(Math.Max(Math.Abs(lower), Math.Abs(upper))), l).Saying(sentence)}
            {Bits.Table(l, [Terms.Value[l], Terms.Users[l], ResultWords.Mean[l]], [Side(l, practice, figures, "practice", Terms.BestPractices), Side(l, practice, figures, "holdback", Terms.Holdback)])}
            </figure>
            """);
    }

    private static string[] Side(Language l, BestPractice practice, JsonElement live, string side, Word name)
    {
        var figures = live.GetProperty(side);
        var mean = figures.GetProperty("mean");
        var level = mean.ValueKind != JsonValueKind.Number ? "\u2014"
            : practice.Kpi.Type == "proportion" ? l.Percent(mean.GetDouble()) : l.Figure(mean.GetDouble());
        return [name[l], l.Number(figures.GetProperty("users").GetDouble()), level];
    }

    private static Markup Life(PageContext page, BestPractice practice)
    {
        var l = page.Language;
        var (from, review) = (l.ShortDay(practice.ValidFrom, page.Now), l.ShortDay(practice.ReviewBy, page.Now));
        return Markup.Of($"""
            <figure><figcaption id="life">{PageWords.LifeSentence.With(l, from, review)}</figcaption>
            {SmallCharts.Life(practice.ValidFrom, practice.ReviewBy, page.Now, ToneOf(practice), ($"{PageWords.Promoted[l]} {from}", $"{PageWords.Review[l]} {review}", PageWords.Today[l])).Described("life")}
            </figure>
            """);
    }

    private static Markup Evidence(PageContext page, CatalogState state, BestPractice practice, PracticeEvidence e)
    {
        var l = page.Language;
        string Write(double? value) => value is { } v ? l.Signed(v) : "\u2014";
        var experiment = state.Experiments.GetValueOrDefault(e.Experiment);
        return Markup.Of($"""
            <div class="evidence"><p><a href="/experiments/{e.Experiment}"><strong>{e.Experiment}</strong></a></p>
            <p dir="auto">{PageWords.EvidenceOf.With(l, Write(e.RelativeLift), practice.Kpi.Name ?? e.Kpi, Write(e.Lower), Write(e.Upper), l.Number(e.Users))}
            {(e.LogEvidence is { } evidence ? $"{Terms.Evidence[l]}: {Bits.Odds(evidence, l)} : 1." : "")}</p>
            {(experiment is not null && state.Hypotheses.GetValueOrDefault(experiment.Hypothesis) is { } hypothesis ? HypothesisPart.Sentence(l, hypothesis, practice.Kpi) : Markup.None)}</div>
            """);
    }
}
