using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>All experiments, running ones first, each with its state and its verdict at a glance.</summary>
internal sealed class ExperimentsPage(CatalogStore catalog, SharedResults results, TimeProvider clock)
{
    private const int Rows = 20;
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(2);

    public async Task<IResult> GetAsync(HttpContext http, string? q, int? page, CancellationToken cancellationToken)
    {
        var context = PageContext.Of(http, clock);
        var state = await catalog.RefreshAsync(cancellationToken);
        var found = state.Experiments.Values.Where(e => !e.Archived && Matches(state, e, q)).OrderBy(Rank)
            .ThenByDescending(e => e.StoppedAt ?? e.StartedAt ?? e.CreatedAt).ThenBy(e => e.Key, StringComparer.Ordinal).ToList();
        var number = Math.Clamp(page ?? 1, 1, Math.Max(1, (found.Count + Rows - 1) / Rows));
        var shown = new List<Row>();
        foreach (var experiment in found.Skip((number - 1) * Rows).Take(Rows))
        {
            shown.Add(await RowAsync(context, state, experiment, cancellationToken));
        }

        return PageResult.Html(Layout.Of(context, Terms.Experiments[context.Language], Content(context, state, found.Count, shown, q, number)));
    }

    private static Markup Content(PageContext page, CatalogState state, int found, List<Row> shown, string? q, int number)
    {
        var l = page.Language;
        var create = Markup.If(page.MayWrite, () => Markup.Of($"""<a class="button primary" href="/new">{Terms.NewExperiment[l]}</a>"""));
        if (state.Experiments.IsEmpty)
        {
            return Markup.Of($"""
                <section class="empty" data-live="list"><h1>{PageWords.NothingYet[l]}</h1><p>{PageWords.NothingYetText[l]}</p>{create}</section>
                """);
        }

        return Markup.Of($"""
            <header class="title list"><div><h1>{Terms.Experiments[l]}</h1><p class="quiet">{PageWords.Tagline[l]}</p></div>{create}</header>
            {Markup.If(q is { Length: > 0 } || found > Rows || number > 1, () => Search(l, q, found))}
            <div data-live="list">
            {Group(Terms.Running[l], shown.Where(r => Rank(r.Experiment) == 0), page)}
            {Group(Terms.Drafts[l], shown.Where(r => Rank(r.Experiment) == 1), page)}
            {Group(Terms.Finished[l], shown.Where(r => Rank(r.Experiment) == 2), page)}
            </div>
            {Pager(l, q, number, found)}
            """);
    }

    private static Markup Search(Language l, string? q, int found) => Markup.Of($"""
        <form class="search" role="search"><label for="q" class="sr">{PageWords.Search[l]}</label><input id="q" name="q" type="search" value="{q}" placeholder="{PageWords.Search[l]}"><button>{PageWords.Search[l]}</button> <span class="quiet">{PageWords.Found.With(l, l.Number(found))}</span></form>
        """);

    private static Markup Pager(Language l, string? q, int number, int found)
    {
        var query = q is { Length: > 0 } ? "&q=" + Uri.EscapeDataString(q) : "";
        return Markup.Of($"""
            <p class="pager">{Markup.If(number > 1, () => Markup.Of($"""<a href="/?page={number - 1}{query}" rel="prev">← {PageWords.Previous[l]}</a>"""))} {Markup.If(number * Rows < found, () => Markup.Of($"""<a href="/?page={number + 1}{query}" rel="next">{PageWords.Next[l]} →</a>"""))}</p>
            """);
    }

    private static Markup Group(string name, IEnumerable<Row> rows, PageContext page)
    {
        var all = rows.ToList();
        return Markup.If(all.Count > 0, () => Markup.Of($"""
            <section class="group"><h2 class="quiet">{name}</h2><ul class="cards">{all.Select(r => r.Draw(page))}</ul></section>
            """));
    }

    private async Task<Row> RowAsync(PageContext page, CatalogState state, Experiment experiment, CancellationToken cancellationToken)
    {
        var hypothesis = state.Hypotheses.GetValueOrDefault(experiment.Hypothesis);
        if (experiment.Status == ExperimentStatus.Draft) return new(experiment, hypothesis, null);
        var shared = await results.ReadAsync(experiment.Key, Young, cancellationToken);
        return new(experiment, hypothesis, shared.In(page.Language).View);
    }

    private static int Rank(Experiment e) => e.Status switch
    {
        ExperimentStatus.Running or ExperimentStatus.Paused => 0,
        ExperimentStatus.Draft => 1,
        _ => 2,
    };

    private static bool Matches(CatalogState state, Experiment e, string? q)
    {
        if (string.IsNullOrWhiteSpace(q)) return true;
        var hypothesis = state.Hypotheses.GetValueOrDefault(e.Hypothesis);
        string?[] texts = [e.Key, e.Parameter, e.PrimaryKpi, hypothesis?.Because, hypothesis?.Change, hypothesis?.Audience];
        return texts.Any(t => t?.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase) == true);
    }

    private sealed record Row(Experiment Experiment, Hypothesis? Hypothesis, ResultsView? Results)
    {
        public Markup Draw(PageContext page)
        {
            var l = page.Language;
            return Markup.Of($"""
                <li class="card"><div class="what"><h3><a href="/experiments/{Experiment.Key}" dir="auto">{ResultModel.TitleOf(Experiment, Hypothesis)}</a></h3>
                <p class="quiet"><code>{Experiment.Key}</code>{(Experiment.StartedAt is { } at ? Markup.Of($" · {Bits.DayOf(at, page)}") : Markup.None)}{(Results is null ? "" : " · " + PageWords.UsersCount.With(l, l.Number(Results.Health.Srm.Observed.Values.Sum())))}</p></div>
                <div class="state">{(Results is null || Experiment.Status == ExperimentStatus.Paused ? Bits.Status(Experiment.Status, l) : Markup.None)}{(Results is null ? Markup.None : Glance(l, Results))}</div>
                {(Results is null ? Markup.None : Interval(l, Results))}
                </li>
                """);
        }

        private static Markup Glance(Language l, ResultsView results)
        {
            var words = VerdictWords.Of(results.Verdict.Reason);
            return Bits.Chip(words.Tone, words.Label[l]);
        }

        private static Markup Interval(Language l, ResultsView results)
        {
            var kpi = results.Kpis[0];
            var leader = kpi.Comparisons.FirstOrDefault(c => c.Variant == results.Verdict.Variant) ?? kpi.Comparisons.MaxBy(c => c.Sequential?.LogEvidenceAdjusted ?? 0);
            if (results.Health.Status == "alarm" || leader is not { RelativeLift: { } lift, CredibleInterval: { Lower: { } lower, Upper: { } upper } }) return Markup.None;
            var range = Scale.Nice(Math.Max(Math.Abs(lower), Math.Abs(upper)));
            return Markup.Of($"""
                <div class="glance">{SmallCharts.Interval(lift, leader.CredibleInterval, ResultModel.Tone(kpi.Direction, leader.CredibleInterval), range).Saying($"{l.Signed(lift)} ({l.Signed(lower)} … {l.Signed(upper)})")}<span class="number">{l.Signed(lift)}</span></div>
                """);
        }
    }
}
