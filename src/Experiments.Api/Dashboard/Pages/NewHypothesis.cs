using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>First half of the guided form: the hypothesis as one sentence, and its KPI.</summary>
internal sealed class NewHypothesis(CatalogStore catalog, TimeProvider clock)
{
    public async Task<IResult> GetAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var l = page.Language;
        var state = await catalog.RefreshAsync(cancellationToken);
        var kpis = state.Kpis.Values.Where(k => !k.Archived).OrderBy(k => k.Name ?? k.Key, StringComparer.OrdinalIgnoreCase).ToList();
        return PageResult.Html(Layout.Of(page, Terms.NewExperiment[l], isLive: false, main: Markup.Of($"""
            <header class="title"><h1>{Terms.NewExperiment[l]}</h1></header>
            {NewTest.Steps(page, 1)}
            <noscript><p class="error">{PageWords.Needs[l]}</p></noscript>
            {KpiForm(page)}
            <form class="guided" data-api="/v1/hypotheses" data-next="/new/{"{key}"}" {Actions.FormTexts(page)}>
            <fieldset><legend>{FormWords.Step1[l]}</legend><p class="quiet">{FormWords.HypothesisIntro[l]}</p>
            {Field.Area(l, "because", FormWords.Because, FormWords.BecauseHint, FormWords.BecauseExample)}
            {Field.Area(l, "change", FormWords.Change, FormWords.ChangeHint, FormWords.ChangeExample)}
            {Field.Area(l, "audience", FormWords.ForWhom, FormWords.ForWhomHint, FormWords.ForWhomExample)}
            </fieldset>
            <fieldset><legend>{FormWords.Step2[l]}</legend><p class="quiet">{FormWords.KpiIntro[l]}</p>
            {Field.Select(l, "expect.kpi", FormWords.Then, FormWords.KpiHint, kpis.Select(k => (k.Key, k.Name ?? k.Key)), id: "kpi", isRequired: true)}
            <details class="newkpi"{(kpis.Count == 0 ? " open" : "")}><summary>{FormWords.NewKpi[l]}</summary>{KpiFields(page)}</details>
            <div class="line">
            {Field.Select(l, "expect.direction", FormWords.Direction, null, [("increase", FormWords.Increase[l]), ("decrease", FormWords.Decrease[l])])}
            {Field.Number(l, "expect.lift", FormWords.ByPercent, FormWords.ByHint, "5", isPercent: true)}
            {Field.Number(l, "expect.confidence", FormWords.HowSure, FormWords.SureHint, "60", isPercent: true)}
            </div></fieldset>
            {Field.Key(l, "change")}
            <p class="error" role="alert" hidden></p>
            <button class="primary">{FormWords.Continue[l]}</button>
            </form>
            """)));
    }

    private static Markup KpiForm(PageContext page) => Markup.Of($"""
        <form id="kpi-form" data-api="/v1/kpis" data-adds-option="kpi" {Actions.FormTexts(page)}></form>
        """);

    // The fields stand inside the other form and belong to this one: a form within a form there is not.
    private static Markup KpiFields(PageContext page)
    {
        var l = page.Language;
        return Markup.Of($"""
            <div class="nested">
            {Field.Text(l, "name", FormWords.KpiName, FormWords.KpiNameHint, form: "kpi-form", id: "kpi-name")}
            {Field.Text(l, "key", Terms.Key, FormWords.KpiKeyHint, form: "kpi-form", id: "kpi-key", slugOf: "kpi-name")}
            {Field.Select(l, "type", FormWords.KpiType, null, [("proportion", FormWords.Proportion[l]), ("mean", FormWords.MeanType[l]), ("count", FormWords.CountType[l])], form: "kpi-form", id: "kpi-type")}
            {Field.Select(l, "direction", FormWords.GoodWay, null, [("increase", FormWords.Up[l]), ("decrease", FormWords.Down[l])], form: "kpi-form", id: "kpi-direction")}
            {Field.Select(l, "window", FormWords.Window, FormWords.WindowHint, [("P7D", FormWords.Week[l]), ("P1D", FormWords.OneDay[l]), ("P3D", FormWords.ThreeDays[l]), ("P14D", FormWords.TwoWeeks[l]), ("P30D", FormWords.ThirtyDays[l])], form: "kpi-form", id: "kpi-window")}
            <p class="error" role="alert" data-error-of="kpi-form" hidden></p>
            <button form="kpi-form">{FormWords.AddKpi[l]}</button>
            </div>
            """);
    }
}
