using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What a person may do about an experiment now, each with its reason where one is kept. The forms call the API.</summary>
internal static class Actions
{
    public static Markup Of(PageContext page, Experiment experiment, string? leader)
    {
        if (!page.MayWrite) return Markup.None;
        var api = $"/v1/experiments/{experiment.Key}";
        var actions = experiment.Status switch
        {
            ExperimentStatus.Draft => Simple(page, "start", PageWords.Start, PageWords.StartNote, $"{api}/start", isMain: true),
            ExperimentStatus.Running => Markup.Of($"""
                {Promotion(page, experiment, leader)}{Simple(page, "pause", PageWords.Pause, PageWords.PauseNote, $"{api}/pause")}{WithReason(page, "stop", PageWords.Stop, PageWords.StopNote, $"{api}/stop")}
                """),
            ExperimentStatus.Paused => Markup.Of($"""
                {Simple(page, "resume", PageWords.Resume, PageWords.ResumeNote, $"{api}/resume", isMain: true)}{Promotion(page, experiment, leader)}{WithReason(page, "stop", PageWords.Stop, PageWords.StopNote, $"{api}/stop")}
                """),
            _ => Promotion(page, experiment, leader),
        };
        return actions.Text.Length == 0 ? actions : Markup.Of($"""<div class="actions">{actions}</div>""");
    }

    /// <summary>A form with a reason, folded up behind its name.</summary>
    public static Markup WithReason(PageContext page, string id, Word name, Word note, string api, Markup fields = default)
    {
        var l = page.Language;
        return Form(page, id, name, note, api, isMain: false, Markup.Of($"""
            {fields}
            <label for="{id}-reason">{PageWords.Why[l]}</label>
            <textarea id="{id}-reason" name="reason" required maxlength="2000" rows="3" data-check="{PageWords.Why[l]}" aria-describedby="{id}-reason-error"></textarea>
            <p class="field-error" id="{id}-reason-error" hidden></p>
            """));
    }

    private static Markup Simple(PageContext page, string id, Word name, Word note, string api, bool isMain = false) =>
        Form(page, id, name, note, api, isMain, Markup.None);

    private static Markup Form(PageContext page, string id, Word name, Word note, string api, bool isMain, Markup fields)
    {
        var l = page.Language;
        return Markup.Of($"""
            <details class="action{(isMain ? " main" : "")}" name="action"><summary>{name[l]}</summary>
            <form data-api="{api}" {FormTexts(page)}>
            <p>{note[l]}</p>
            {fields}
            <p class="error" role="alert" hidden></p>
            <noscript><p class="error">{PageWords.Needs[l]}</p></noscript>
            <button class="primary" id="{id}-confirm">{PageWords.Confirm.With(l, name[l])}</button>
            </form></details>
            """);
    }

    private static Markup Promotion(PageContext page, Experiment experiment, string? leader)
    {
        if (experiment.PromotedVariant is not null || experiment.StartedAt is null) return Markup.None;
        var l = page.Language;
        var variants = experiment.Variants.Where(v => v.Key != experiment.Control).OrderBy(v => v.Key == leader ? 0 : 1);
        return WithReason(page, "promote", PageWords.Promote, PageWords.PromoteNote, $"/v1/experiments/{experiment.Key}/promotions", Markup.Of($"""
            <label for="promote-variant">{Terms.Variant[l]}</label>
            <select id="promote-variant" name="variant">{variants.Select(v => Markup.Of($"""<option value="{v.Key}">{v.Name ?? v.Key}</option>"""))}</select>
            """));
    }

    /// <summary>What scripts say when the API refuses.</summary>
    public static Markup FormTexts(PageContext page)
    {
        var l = page.Language;
        return Markup.Of($"""data-text-check="{FormWords.CheckField[l]}" data-text-taken="{FormWords.Taken[l]}" data-text-forbidden="{FormWords.NotAllowed[l]}" data-text-failed="{FormWords.Failed[l]}" novalidate""");
    }
}
