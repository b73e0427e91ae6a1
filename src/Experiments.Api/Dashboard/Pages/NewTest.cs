using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>Second half of the guided form: what is compared, with the plan as one types.</summary>
internal sealed class NewTest(CatalogStore catalog, TimeProvider clock)
{
    public async Task<IResult> GetAsync(string hypothesis, HttpContext http, CancellationToken cancellationToken)
    {
        var page = PageContext.Of(http, clock);
        var l = page.Language;
        var state = await catalog.RefreshAsync(cancellationToken);
        var belief = state.RequireHypothesis(hypothesis);
        var kpi = state.RequireKpi(belief.Expect.Kpi);
        var others = state.Kpis.Values.Where(k => !k.Archived && k.Key != kpi.Key).OrderBy(k => k.Name ?? k.Key, StringComparer.OrdinalIgnoreCase).ToList();
        return PageResult.Html(Layout.Of(page, Terms.NewExperiment[l], isLive: false, main: Markup.Of($"""
            <header class="title"><h1>{Terms.NewExperiment[l]}</h1><p class="quiet" dir="auto">{FormWords.TestIntro.With(l, belief.Change)}</p></header>
            {Steps(page, 3)}
            <noscript><p class="error">{PageWords.Needs[l]}</p></noscript>
            <form class="guided" data-api="/v1/experiments" data-next="/experiments/{"{key}"}" {Actions.FormTexts(page)}>
            <input type="hidden" name="hypothesis" value="{belief.Key}"><input type="hidden" name="primaryKpi" value="{kpi.Key}">
            {Compared(l, state)}
            {Watched(l, others)}
            {PlanFields(l, belief, kpi)}
            {Field.Text(l, "key", Terms.Key, FormWords.KeyHint, value: Free(state, belief.Key))}
            <p class="error" role="alert" hidden></p>
            <button class="primary">{FormWords.CreateDraft[l]}</button>
            </form>
            """)));
    }

    /// <summary>Where one is on the way to a running experiment.</summary>
    public static Markup Steps(PageContext page, int here)
    {
        var l = page.Language;
        var names = new[] { FormWords.Step1, FormWords.Step2, FormWords.Step3, FormWords.Step4 };
        return Markup.Of($"""
            <ol class="steps" aria-label="{FormWords.Steps[l]}">{names.Select((n, i) => i + 1 == here
                ? Markup.Of($"""<li aria-current="step"><span>{i + 1}</span>{n[l]}</li>""")
                : Markup.Of($"""<li{(i + 1 < here ? Markup.Of($""" class="done" """) : Markup.None)}><span>{i + 1}</span>{n[l]}</li>"""))}</ol>
            """);
    }

    private static string Free(CatalogState state, string wanted)
    {
        var key = wanted;
        for (var i = 2; state.Experiments.ContainsKey(key); i++) key = FormattableString.Invariant($"{wanted[..Math.Min(wanted.Length, 90)]}-{i}");
        return key;
    }

    private static Markup Compared(Language l, CatalogState state) => Markup.Of($"""
        <fieldset><legend>{FormWords.VariantsTitle[l]}</legend>
        {Field.Text(l, "parameter", FormWords.ParameterLabel, FormWords.ParameterHint, list: "parameters")}
        <datalist id="parameters">{state.Experiments.Values.Select(e => e.Parameter).Distinct().Order(StringComparer.Ordinal).Take(200).Select(p => Markup.Of($"""<option value="{p}"></option>"""))}</datalist>
        <p class="quiet">{FormWords.VariantsHint[l]} {FormWords.ValueHint[l]}</p>
        <div data-variants>
        {Variant(l, 0, FormWords.Today[l])}
        {Variant(l, 1, FormWords.NewOne[l])}
        </div>
        <button type="button" class="link" data-add-variant>+ {FormWords.AddVariant[l]}</button>
        <div class="field choices" role="radiogroup" aria-label="{FormWords.KindTitle[l]}"><span class="label">{FormWords.KindTitle[l]}</span>
        <label><input type="radio" name="kind" value="ab" checked> {FormWords.KindAb[l]}</label>
        <label><input type="radio" name="kind" value="bandit"> {FormWords.KindBandit[l]}</label></div>
        {Field.Number(l, "coverage", FormWords.CoverageLabel, FormWords.CoverageHint, "100", isPercent: true)}
        </fieldset>
        """);

    private static Markup Variant(Language l, int number, string name) => Markup.Of($"""
        <div class="line variant" data-variant>
        {Field.Text(l, "variants[" + number.ToString(System.Globalization.CultureInfo.InvariantCulture) + "].name", Terms.Name, null, value: name)}
        {Field.Text(l, "variants[" + number.ToString(System.Globalization.CultureInfo.InvariantCulture) + "].value", FormWords.VariantValue, null, isRequired: false, kind: "value")}
        </div>
        """);

    private static Markup Watched(Language l, List<Kpi> others) => Markup.If(others.Count > 0, () => Markup.Of($"""
        <fieldset><legend>{Terms.Kpis[l]}</legend>
        <div class="field choices" role="group" aria-label="{FormWords.Also[l]}"><span class="label">{FormWords.Also[l]}</span>
        {others.Take(20).Select(k => Markup.Of($"""<label><input type="checkbox" name="secondaryKpis[]" value="{k.Key}"> <bdi>{k.Name ?? k.Key}</bdi></label>"""))}</div>
        {Field.Select(l, "guardrails[0].kpi", FormWords.Protect, FormWords.ProtectHint, [("", Terms.None[l]), .. others.Select(k => (k.Key, k.Name ?? k.Key))])}
        </fieldset>
        """));

    private static Markup PlanFields(Language l, Hypothesis belief, Kpi kpi)
    {
        var isProportion = kpi.Type == "proportion";
        return Markup.Of($"""
            <fieldset><legend>{FormWords.PlanTitle[l]}</legend>
            {Field.Number(l, "decision.minimumDetectableLift", FormWords.SmallestLift, FormWords.SmallestHint, l.Percent(Math.Max(0.001, Math.Abs(belief.Expect.Lift))).Split('\u00a0', '\u202f')[0], isPercent: true)}
            {Markup.If(kpi.Type != "ratio", () => Markup.Of($"""
                <div class="line">
                {(isProportion
                    ? Field.Number(l, "", FormWords.Baseline, FormWords.BaselineHint, isPercent: true, isRequired: false, id: "plan-baseline")
                    : Field.Number(l, "", FormWords.BaselineAmount, FormWords.BaselineAmountHint, isRequired: false, id: "plan-baseline"))}
                {Markup.If(!isProportion, () => Field.Number(l, "", FormWords.Spread, FormWords.SpreadHint, isRequired: false, id: "plan-spread"))}
                {Field.Number(l, "", FormWords.UsersPerDay, FormWords.UsersHint, isRequired: false, id: "plan-users")}
                </div>
                <p class="plan-answer" data-plan="{kpi.Type}" data-answer="{FormWords.PlanAnswer[l]}" data-waiting="{FormWords.PlanWaiting[l]}" aria-live="polite">{FormWords.PlanWaiting[l]}</p>
                """))}
            </fieldset>
            """);
    }
}
