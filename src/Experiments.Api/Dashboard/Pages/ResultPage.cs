using System.Runtime.CompilerServices;
using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>One experiment, in the order in which it is read: health, verdict, size, certainty, trend, detail.</summary>
internal sealed class ResultPage(CatalogStore catalog, SharedResults results, TimeProvider clock)
{
    /// <summary>Dashboards refresh when told so: an answer this young is theirs too.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMilliseconds(500);

    // Drawn once for each change and language, however many look; forgotten with the results that it shows.
    private readonly ConditionalWeakTable<WrittenResults, StrongBox<Markup>> _drawn = [];

    public async Task<IResult> GetAsync(string key, HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var shared = await results.ReadAsync(key, Young, cancellationToken);
        var written = shared.In(page.Language);
        var tag = $"W/\"{written.ETag.Trim('"')}-{Assets.Version}-{(page.MayWrite ? 1 : 0)}{(page.IsSignedIn ? 1 : 0)}\"";
        http.Response.Headers.ETag = tag;
        if (http.Request.Headers.IfNoneMatch.Contains(tag)) return TypedResults.StatusCode(StatusCodes.Status304NotModified);

        var model = Model(page, shared, written);
        var experiment = model.Experiment;
        var hypothesis = catalog.State.Hypotheses.GetValueOrDefault(experiment.Hypothesis);
        var title = ResultModel.TitleOf(experiment, hypothesis);
        var isDraft = experiment.Status == ExperimentStatus.Draft;
        var figures = isDraft ? DraftPart.Of(model, hypothesis) : _drawn.GetValue(written, _ => new(Draw(model))).Value;
        return PageResult.Html(Layout.Of(
            page, title,
            Markup.Of($"""
                <article class="result" data-live="result">
                <header class="title"><p class="kicker"><a href="/">{Terms.Experiments[page.Language]}</a> / <code>{experiment.Key}</code></p>
                <h1 dir="auto">{title}</h1>
                <p class="meta">{Bits.Status(experiment.Status, page.Language)} {When(model)} {Markup.If(!isDraft, () => Markup.Of($"""<span class="asof">{ResultWords.DataOf[page.Language]} {Bits.Clock(shared.AsOf)}</span>"""))}</p>
                </header>
                {Actions.Of(page, experiment, model.Leader.Variant)}
                {figures}
                {HypothesisPart.Of(page, experiment, hypothesis, hypothesis is null ? null : catalog.State.Kpis.GetValueOrDefault(hypothesis.Expect.Kpi))}
                {Markup.If(!isDraft, () => Export.Panel(model))}
                </article>
                """),
            isDraft ? null : $"/v1/experiments/{key}/results/stream?lang={page.Language.Code}"));
    }

    /// <summary>What the files of an experiment are made of.</summary>
    public async Task<ResultModel> ModelAsync(string key, HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var shared = await results.ReadAsync(key, TimeSpan.Zero, cancellationToken);
        return Model(page, shared, shared.In(page.Language));
    }

    private ResultModel Model(PageContext page, SharedLook shared, WrittenResults written)
    {
        var experiment = shared.Look.Data.Experiment;
        return new ResultModel(
            page, written.View with { AsOf = shared.AsOf }, shared.Look,
            [.. experiment.Breakdowns.Select(b => shared.In(page.Language, b).View.Breakdown!)],
            catalog.State.DecisionsOf(experiment.Key), catalog.State.BestPractices.GetValueOrDefault(experiment.Key));
    }

    private static Markup Draw(ResultModel model)
    {
        var shows = model.HasData && !model.IsWithheld;
        return Markup.Of($"""
            {VerdictPart.Health(model)}
            {VerdictPart.Verdict(model)}
            {PracticeLink(model)}
            {Markup.If(shows, () => Markup.Of($"{LiftPart.Of(model)}{CertaintyPart.Of(model)}{TrendPart.Of(model)}"))}
            {Markup.If(model.HasData && model.IsWithheld, () => Markup.Of($"""<p class="quiet">{ResultWords.Withheld[model.Language]}</p>"""))}
            {DetailPart.Of(model)}
            """);
    }

    private static Markup PracticeLink(ResultModel model) => Markup.If(model.Practice is not null, () => Markup.Of($"""
        <p><a class="button" href="/best-practices/{model.Practice!.Key}">{Terms.BestPractices[model.Language]}: <bdi>{Bits.Value(model.Practice.Value)}</bdi></a></p>
        """));

    private static Markup When(ResultModel model)
    {
        var (l, experiment, now) = (model.Language, model.Experiment, model.Page.Now);
        if (experiment.Status == ExperimentStatus.Draft || experiment.StartedAt is not { } started) return Markup.None;
        return Markup.Of($"""
            <span>{(experiment.StoppedAt is { } stopped
                ? ResultWords.RanFrom.With(l, l.ShortDay(started, now), l.ShortDay(stopped, now))
                : ResultWords.RunningSince.With(l, l.ShortDay(started, now)))}</span>
            """);
    }
}
