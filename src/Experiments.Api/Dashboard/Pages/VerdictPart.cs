using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Health and verdict: the first things that a reader needs.</summary>
internal static class VerdictPart
{
    public static Markup Health(ResultModel model)
    {
        var l = model.Language;
        if (model.View.Health.Problems.Count == 0)
        {
            var users = model.View.Health.Srm.Observed.Values.Sum();
            var isRunning = model.Experiment.Status == ExperimentStatus.Running;
            return Markup.If(model.HasData, () => Markup.Of($"""
                <p class="sound">{Bits.Icon("good")} {(isRunning ? ResultWords.Arriving : ResultWords.UsersCounted).With(l, l.Number(users))}</p>
                """));
        }

        return Markup.Of($"""
            <section class="health" aria-labelledby="health"><h2 id="health" class="quiet">{ResultWords.HealthTitle[l]}</h2>
            {model.View.Health.Problems.Select(problem => Markup.Of($"""
                <div class="banner {(model.IsWithheld ? "alarm" : "warning")}">{Bits.Icon("alarm")}<div><p dir="auto"><strong>{problem.Text}</strong></p><p>{ResultWords.WhatNext.With(l, problem.WhatToDo)}</p></div></div>
                """))}
            {Bits.Explained(model.View.Health.Srm.ExplainedIn, l)}
            </section>
            """);
    }

    public static Markup Verdict(ResultModel model)
    {
        var (l, verdict) = (model.Language, model.View.Verdict);
        var words = VerdictWords.Of(verdict.Reason);
        return Markup.Of($"""
            <section class="verdict {words.Tone}" aria-labelledby="verdict">
            <h2 id="verdict" class="sr">{Terms.Verdict[l]}</h2>
            {Bits.Chip(words.Tone, words.Label[l])}
            <p class="says" dir="auto">{verdict.Text}</p>
            <p class="next" dir="auto">{verdict.NextStep}</p>
            {Markup.If(ShowsFacts(model), () => Facts(model))}
            </section>
            """);
    }

    private static bool ShowsFacts(ResultModel model) => model.HasData && !model.IsWithheld && !model.IsEarly;

    private static Markup Facts(ResultModel model)
    {
        var (l, leader) = (model.Language, model.Leader);
        return Markup.Of($"""
            <dl class="facts">
            {Sure(model, leader)}
            {Fact(ResultWords.IfWrong[l], Loss(model, leader.ExpectedLossIfPromoted))}
            {Fact(ResultWords.IfKept[l], Loss(model, leader.ExpectedLossIfKept))}
            {Fact(ResultWords.WouldChange[l], WouldChange(model))}
            </dl>
            """);
    }

    private static Markup Sure(ResultModel model, ComparisonView leader)
    {
        if (leader.ProbabilityBeatsControl is not { } probability) return Markup.None;
        var l = model.Language;
        return Markup.Of($"""
            <div><dt>{ResultWords.Sure[l]}</dt><dd>{VerdictWords.Sureness(probability)[l]} <span class="number">{Probability(probability, l)}</span></dd></div>
            """);
    }

    /// <summary>A probability, never written as 0 or 1: nothing is.</summary>
    public static string Probability(double probability, Language language) => probability switch
    {
        > 0.999 => $">\u00a0{language.Figure(99.9)}\u00a0%",
        < 0.001 => $"<\u00a0{(language.IsFrench ? "0,1" : "0.1")}\u00a0%",
        _ => $"{language.Figure(100 * probability)}\u00a0%",
    };

    private static Markup Fact(string term, string? says) => says is null
        ? Markup.None
        : Markup.Of($"<div><dt>{term}</dt><dd>{says}</dd></div>");

    // In the unit of the KPI and relative to the control: what it would cost of what there is.
    private static string? Loss(ResultModel model, double? loss)
    {
        if (loss is not { } lost) return null;
        var kpi = model.Primary;
        var control = kpi.Variants.First(v => v.Variant == model.Experiment.Control).Mean;
        if (control is not { } level || level == 0) return model.Level(lost, kpi.Type, kpi.Kpi);
        var share = lost / Math.Abs(level);
        return ResultWords.OfKpi.With(
            model.Language, share < 0.0005 ? "< " + model.Language.Percent(0.001) : model.Language.Percent(share), model.KpiName(kpi.Kpi));
    }

    private static string WouldChange(ResultModel model)
    {
        var l = model.Language;
        return model.View.Verdict.State switch
        {
            "winner" or "loser" or "equivalent" => ResultWords.ChangeNothing[l],
            _ when model.View.Verdict.Reason == VerdictReason.Promising => ResultWords.ChangePromising[l],
            _ when model.Experiment.Status == ExperimentStatus.Stopped => ResultWords.ChangeHealth[l],
            _ => ResultWords.ChangeUndecided.With(l, l.Number(1 / model.Experiment.Decision.Alpha)),
        };
    }
}
