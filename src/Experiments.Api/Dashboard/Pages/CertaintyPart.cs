using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Charts;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Certainty: evidence against what decides, possible worlds, and which variant is best.</summary>
internal static class CertaintyPart
{
    private const int MostBars = 12;

    public static Markup Of(ResultModel model)
    {
        var l = model.Language;
        if (model.IsEarly) return Section(l, Markup.Of($"""<p class="quiet">{ResultWords.DayOne[l]}</p>"""));
        return Section(l, Markup.Of($"""
            <div class="pair">
            {Evidence(model)}
            {Worlds(model)}
            </div>
            {Markup.If(model.Experiment.Variants.Count > 2, () => Best(model))}
            """));
    }

    private static Markup Section(Language l, Markup content) => Markup.Of($"""
        <section aria-labelledby="certainty"><h2 id="certainty">{ResultWords.CertaintyTitle[l]}</h2>{content}</section>
        """);

    private static Markup Evidence(ResultModel model)
    {
        var l = model.Language;
        var sequential = model.Leader.Sequential;
        var evidence = sequential?.LogEvidenceAdjusted ?? 0;
        var threshold = -Math.Log(model.Experiment.Decision.Alpha);
        var fraction = evidence / threshold;
        return Markup.Of($"""
            <figure>
            <h3>{Terms.Evidence[l]}</h3>
            <p class="big">{(fraction >= 1 ? Bits.Odds(evidence, l) + " : 1" : l.Percent(Math.Max(0, fraction)))}</p>
            {EvidenceChart.Progress(fraction).Described("evidence-says")}
            <figcaption id="evidence-says">{EvidenceSentence(model, evidence, threshold)} {Pace(model, evidence, threshold)}</figcaption>
            {Bits.Explained(sequential?.ExplainedIn ?? "docs/stats/README.md", l)}
            </figure>
            """);
    }

    public static string EvidenceSentence(ResultModel model, double evidence, double threshold)
    {
        var l = model.Language;
        if (evidence >= threshold) return ResultWords.EvidenceReached.With(l, Bits.Odds(evidence, l), Bits.Odds(threshold, l));
        return evidence <= 0.05
            ? ResultWords.EvidenceNone[l]
            : ResultWords.EvidenceSentence.With(l, l.Percent(evidence / threshold), Bits.Odds(evidence, l), Bits.Odds(threshold, l));
    }

    // Evidence grows with users, about evenly: a guess that says "about".
    private static string Pace(ResultModel model, double evidence, double threshold)
    {
        if (model.Experiment.Status != ExperimentStatus.Running || model.View.StartedAt is not { } started) return "";
        var days = (model.View.AsOf - started).TotalDays;
        if (evidence < 0.3 || evidence >= threshold || days < 1) return "";
        var more = days * ((threshold / evidence) - 1);
        return more > 365 ? "" : ResultWords.EvidencePace.With(model.Language, model.Language.Number(Math.Ceiling(more)));
    }

    private static Markup Worlds(ResultModel model)
    {
        var (l, leader) = (model.Language, model.Leader);
        if (leader.ProbabilityBeatsControl is not { } probability) return Markup.None;
        var better = (int)Math.Round(20 * probability);
        var sentence = ResultWords.DotsSentence.With(
            l, l.Number(better), model.NameOf(leader.Variant), model.NameOf(leader.Control));
        return Markup.Of($"""
            <figure>
            <h3>{VerdictWords.Sureness(probability)[l]}</h3>
            {SmallCharts.Dots(better, sentence)}
            <figcaption dir="auto">{sentence} <span class="number">{VerdictPart.Probability(probability, l)}</span></figcaption>
            {Bits.Explained(model.Primary.Type == "proportion" ? "docs/stats/beta-comparison.md" : "docs/stats/normal-comparison.md", l)}
            </figure>
            """);
    }

    private static Markup Best(ResultModel model)
    {
        var l = model.Language;
        var best = model.Primary.ProbabilityBest.Where(p => p.Value is not null).OrderByDescending(p => p.Value).ToList();
        if (best.Count == 0) return Markup.None;
        var sentence = ResultWords.BestSentence.With(l, model.NameOf(best[0].Key), VerdictPart.Probability(best[0].Value!.Value, l));
        return Markup.Of($"""
            <figure class="bars"><h3>{ResultWords.BestTitle[l]}</h3>
            <figcaption dir="auto">{sentence}</figcaption>
            {best.Take(MostBars).Select(p => Markup.Of($"""
                <div class="bar-row"><span class="who" dir="auto"><bdi>{model.NameOf(p.Key)}</bdi></span><span class="number">{VerdictPart.Probability(p.Value!.Value, l)}</span>{SmallCharts.Bar(p.Value.Value, p.Key == best[0].Key ? "good" : "unsure").Saying($"{model.NameOf(p.Key)}: {VerdictPart.Probability(p.Value.Value, l)}")}</div>
                """))}
            {Bits.Table(l, [Terms.Variant[l], ResultWords.ProbabilityBest[l]], best.Select(p => new[] { model.NameOf(p.Key), VerdictPart.Probability(p.Value!.Value, l) }))}
            {Bits.Explained("docs/stats/probability-best.md", l)}
            </figure>
            """);
    }
}
