using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What was decided about an experiment, newest first, by whom and why.</summary>
internal static class DecisionsPart
{
    private const int Shown = 20;

    public static Markup Of(ResultModel model)
    {
        var l = model.Language;
        return Markup.Of($"""
            <h3 id="decisions">{Terms.Decisions[l]}</h3>
            {(model.Decisions.Count == 0
                ? Markup.Of($"""<p class="quiet">{ResultWords.NoDecisions[l]}</p>""")
                : Markup.Of($"""
                    <ol class="decisions">{model.Decisions.Reverse().Take(Shown).Select(d => Markup.Of($"""
                        <li><p><strong>{ResultWords.Action(d.Action)[l]}</strong> · {Bits.DayOf(d.At, model.Page)} · <bdi>{(d.By == "decider" ? ResultWords.TheDecider[l] : d.By)}</bdi></p><p dir="auto" class="quiet">{d.Reason}</p></li>
                        """))}</ol>
                    """))}
            """);
    }
}
