using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What was believed before the test, and what is compared.</summary>
internal static class HypothesisPart
{
    public static Markup Of(PageContext page, Experiment experiment, Hypothesis? hypothesis, Kpi? kpi)
    {
        var l = page.Language;
        return Markup.Of($"""
            <section class="plan" aria-labelledby="plan"><h2 id="plan">{Terms.Hypothesis[l]}</h2>
            {(hypothesis is null ? Markup.None : Sentence(l, hypothesis, kpi))}
            <div class="scroll" tabindex="0" role="group" aria-label="{FormWords.VariantsTitle[l]}">
            {Bits.PlainTable(
                [Terms.Variant[l], Terms.Key[l], $"{Terms.Value[l]} ({experiment.Parameter})"],
                experiment.Variants.Select(v => new[]
                {
                    (v.Name ?? v.Key) + (v.Key == experiment.Control ? $" ({Terms.Control[l]})" : ""), v.Key, Bits.Value(v.Value),
                }))}
            </div></section>
            """);
    }

    /// <summary>Because A, if we change B for C, KPI D moves by E.</summary>
    public static Markup Sentence(Language l, Hypothesis h, Kpi? kpi) => Markup.Of($"""
        <blockquote dir="auto"><p>{FormWords.Because[l].TrimEnd('…')} <em>{h.Because}</em>{FormWords.Change[l].Replace("…", " ", StringComparison.Ordinal)}<em>{h.Change}</em>{FormWords.ForWhom[l].Replace("…", " ", StringComparison.Ordinal)}<em>{h.Audience}</em>, <bdi>{kpi?.Name ?? h.Expect.Kpi}</bdi> {l.Signed(h.Expect.Direction == "decrease" ? -Math.Abs(h.Expect.Lift) : h.Expect.Lift)}.</p></blockquote>
        """);
}
