using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What was believed, and what turned out.</summary>
internal sealed class KnowledgePage(CatalogStore catalog, SharedResults results, TimeProvider clock)
{
    private const int Shown = 50;
    private static readonly string?[] Pillars = ["transaction", "relation", "individualisation", "community", null];
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(10);

    public async Task<IResult> GetAsync(HttpContext http, string? q, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var l = page.Language;
        var state = await catalog.RefreshAsync(cancellationToken);
        var all = state.Hypotheses.Values.Where(h => !h.Archived && Matches(h, q))
            .OrderByDescending(h => h.CreatedAt).ThenBy(h => h.Key, StringComparer.Ordinal).ToList();
        var rows = new List<Lesson>();
        foreach (var hypothesis in all.Take(Shown)) rows.Add(await LessonAsync(page, state, hypothesis, cancellationToken));

        return PageResult.Html(Layout.Of(page, Terms.Knowledge[l], Markup.Of($"""
            <header class="title"><h1>{Terms.Knowledge[l]}</h1><p class="quiet">{PageWords.KnowledgeIntro[l]}</p></header>
            <form class="search" role="search"><label for="q" class="sr">{PageWords.Search[l]}</label><input id="q" name="q" type="search" value="{q}" placeholder="{PageWords.Search[l]}"><button>{PageWords.Search[l]}</button></form>
            {(all.Count == 0 ? Markup.Of($"""<p class="quiet">{PageWords.NoKnowledge[l]}</p>""") : Markup.Of($"""
                {Calibration(l, state)}
                {PillarCard(l, state)}
                <section aria-labelledby="hypotheses"><h2 id="hypotheses">{PageWords.Hypotheses[l]}</h2><ul class="cards" data-live="list">{rows.Select(r => r.Draw(page))}</ul></section>
                """))}
            """)));
    }

    private async Task<Lesson> LessonAsync(PageContext page, CatalogState state, Hypothesis hypothesis, CancellationToken cancellationToken)
    {
        var experiment = state.Experiments.Values.Where(e => e.Hypothesis == hypothesis.Key && e.Status != ExperimentStatus.Draft)
            .MaxBy(e => e.StartedAt);
        var view = experiment is null ? null : (await results.ReadAsync(experiment.Key, Young, cancellationToken)).In(page.Language).View;
        return new Lesson(hypothesis, view);
    }

    // How often a belief held against how sure its authors were: what a good forecaster watches.
    private static Markup Calibration(Language l, CatalogState state)
    {
        var finished = state.Experiments.Values
            .Where(e => e.Status == ExperimentStatus.Stopped && state.Hypotheses.ContainsKey(e.Hypothesis)).ToList();
        return Markup.If(finished.Count > 0, () => Markup.Of($"""
            <p class="lead">{PageWords.Calibration.With(
                l, l.Number(finished.Count(e => e.PromotedVariant is not null)), l.Number(finished.Count),
                l.Percent(finished.Average(e => state.Hypotheses[e.Hypothesis].Expect.Confidence)))}</p>
            """));
    }

    private static Markup PillarCard(Language l, CatalogState state)
    {
        var counts = Pillars.Select(pillar => (
            Pillar: pillar,
            Tests: state.Experiments.Values.Count(e => state.Hypotheses.GetValueOrDefault(e.Hypothesis)?.Pillar == pillar && e.Status != ExperimentStatus.Draft),
            Practices: state.BestPractices.Values.Count(p => p.Pillar == pillar && p.State != PracticeState.Retired))).ToList();
        return Markup.Of($"""
            <section aria-labelledby="pillars"><h2 id="pillars">{PageWords.ByPillar[l]}</h2><ul class="pillars">
            {counts.Where(c => c.Pillar is not null || c.Tests > 0).Select(c => Markup.Of($"""<li><strong>{Terms.Pillar(c.Pillar)[l]}</strong><span>{l.Number(c.Tests)} {Terms.Experiments[l].ToLowerInvariant()}</span><span>{l.Number(c.Practices)} {Terms.BestPractices[l].ToLowerInvariant()}</span></li>"""))}
            </ul></section>
            """);
    }

    private static bool Matches(Hypothesis h, string? q) => string.IsNullOrWhiteSpace(q)
        || new[] { h.Key, h.Because, h.Change, h.Audience, h.Market, h.Channel, h.Author }.Any(t => t?.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase) == true);

    private sealed record Lesson(Hypothesis Hypothesis, ResultsView? Results)
    {
        public Markup Draw(PageContext page)
        {
            var (l, expect) = (page.Language, Hypothesis.Expect);
            var expected = l.Signed(expect.Direction == "decrease" ? -Math.Abs(expect.Lift) : expect.Lift);
            return Markup.Of($"""
                <li class="card"><div class="what"><h3 dir="auto">{(Results is null ? Markup.Of($"{Bits.Sentence(Hypothesis.Change)}") : Markup.Of($"""<a href="/experiments/{Results.Experiment}">{Bits.Sentence(Hypothesis.Change)}</a>"""))}</h3>
                <p class="quiet" dir="auto">{Bits.Sentence(Hypothesis.Because)}</p></div>
                <div class="state">{(Results is null ? Markup.Of($"""<span class="status draft">{PageWords.NotTested[l]}</span>""") : Glance(l))}</div>
                <div class="glance text"><span class="quiet">{PageWords.Expected[l]} {expected}</span><span class="number">{Observed(l)}</span></div></li>
                """);
        }

        private Markup Glance(Language l)
        {
            var words = VerdictWords.Of(Results!.Verdict.Reason);
            return Bits.Chip(words.Tone, words.Label[l]);
        }

        private string Observed(Language l)
        {
            var kpi = Results?.Kpis.FirstOrDefault(k => k.Kpi == Hypothesis.Expect.Kpi) ?? Results?.Kpis[0];
            var best = kpi?.Comparisons.FirstOrDefault(c => c.Variant == Results!.Verdict.Variant) ?? kpi?.Comparisons.MaxBy(c => c.Sequential?.LogEvidenceAdjusted ?? 0);
            return best?.RelativeLift is { } lift && Results!.Health.Status != "alarm" ? $"{PageWords.Observed[l]} {l.Signed(lift)}" : "";
        }
    }
}
