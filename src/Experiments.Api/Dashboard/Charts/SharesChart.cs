using Experiments.Api.Catalog;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>Shares of new users over time, stacked to 100 %: one stretch for each table of weights.</summary>
internal static class SharesChart
{
    private const double Height = 220;
    private const double Plot = 190;
    private const double All = 10_000;

    /// <param name="experiment">With its epochs.</param>
    /// <param name="until">The end of the last stretch.</param>
    /// <param name="floor">Share that is kept for the control, or null.</param>
    /// <param name="language">Of the labels.</param>
    public static Chart Draw(Experiment experiment, DateTimeOffset until, double? floor, Language language)
    {
        var axis = new TimeAxis(experiment.Epochs[0].StartedAt, until);
        var stretches = experiment.Epochs.Select((epoch, i) => (
            epoch.Buckets, From: axis.X(epoch.StartedAt), To: i + 1 < experiment.Epochs.Count ? axis.X(experiment.Epochs[i + 1].StartedAt) : 100));
        return new Chart(Height, Markup.Of($"""
            <defs>{Enumerable.Range(0, Math.Min(experiment.Variants.Count, Ink.Arms.Count)).Select(Pattern)}</defs>
            {stretches.SelectMany(s => Stretch(s.Buckets, s.From, s.To))}
            {(floor is { } share ? Markup.Of($"""<line x1="0" x2="100%" y1="{Plot * share}" y2="{Plot * share}" class="ink" stroke="{Ink.Text}" stroke-width="1.5" stroke-dasharray="6 4"/>""") : Markup.None)}
            {axis.Labels(Height - 8, language, until)}
            """));
    }

    /// <summary>A sample of an arm's colour and pattern, for a legend.</summary>
    public static Markup Swatch(int arm) => Markup.Of($"""
        <svg class="swatch" width="18" height="12" aria-hidden="true"><defs>{Pattern(arm, "s")}</defs><rect width="18" height="12" rx="2" fill="url(#s{arm % Ink.Arms.Count})"/></svg>
        """);

    private static IEnumerable<Markup> Stretch(IReadOnlyList<int> buckets, double from, double to)
    {
        var y = 0.0;
        for (var arm = 0; arm < buckets.Count; arm++)
        {
            var height = Plot * buckets[arm] / All;
            if (height > 0)
            {
                yield return Markup.Of($"""
                    <rect x="{from}%" y="{y}" width="{Math.Max(to - from, 0.1)}%" height="{height}" fill="url(#p{arm % Ink.Arms.Count})" class="share" stroke="#fff" stroke-width="1"/>
                    """);
            }

            y += height;
        }
    }

    private static Markup Pattern(int arm) => Pattern(arm, "p");

    // Stripes at another angle for each arm: told apart without colour.
    private static Markup Pattern(int arm, string prefix)
    {
        var number = arm % Ink.Arms.Count;
        var angle = new[] { 0, 45, 135, 90, 20, 160, 70, 110 }[number];
        return Markup.Of($"""
            <pattern id="{prefix}{number}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate({angle})"><rect width="8" height="8" fill="{Ink.Arms[number]}"/>{Markup.If(number > 0, () => Markup.Of($"""<line x1="0" x2="8" y1="1" y2="1" stroke="#fff" stroke-width="1.5" stroke-opacity="0.55"/>"""))}</pattern>
            """);
    }
}
