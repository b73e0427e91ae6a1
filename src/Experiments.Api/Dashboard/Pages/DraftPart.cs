using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>A draft: the last step of the guided form.</summary>
internal static class DraftPart
{
    public static Markup Of(ResultModel model, Hypothesis? hypothesis)
    {
        var l = model.Language;
        return Markup.Of($"""
            {NewTest.Steps(model.Page, 4)}
            <section class="verdict wait" aria-labelledby="ready"><h2 id="ready" class="says">{FormWords.DraftReady[l]}</h2><p class="next">{FormWords.DraftReadyText[l]}</p>
            <dl class="facts"><div><dt>{Terms.Kpi[l]}</dt><dd><bdi>{model.KpiName(model.Primary.Kpi)}</bdi></dd></div>
            <div><dt>{FormWords.SmallestLift[l]}</dt><dd>{l.Percent(model.Experiment.Decision.MinimumDetectableLift ?? hypothesis?.Expect.Lift ?? 0)}</dd></div>
            <div><dt>{FormWords.CoverageLabel[l]}</dt><dd>{l.Percent(model.Experiment.Coverage)}</dd></div></dl></section>
            """);
    }
}
