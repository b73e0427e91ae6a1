using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>Evidence against its threshold: as a bar of progress now, and as a line since the start.</summary>
internal static class EvidenceChart
{
    private const double Height = 150;
    private const double Top = 12;
    private const double Plot = 112;

    /// <param name="fraction">Evidence as a share of what decides; above 1 it is there.</param>
    public static Chart Progress(double fraction) => new(18, Markup.Of($"""
        <rect x="0" y="3" width="100%" height="12" rx="6" class="track" fill="{Ink.Faint}"/>
        {Markup.If(fraction > 0, () => Markup.Of($"""<rect x="0" y="3" width="{100 * Math.Clamp(fraction, 0.012, 1)}%" height="12" rx="6" class="fill {(fraction >= 1 ? "good" : "ink")}" fill="{(fraction >= 1 ? Ink.Good : Ink.Quiet)}"/>"""))}
        """));

    /// <summary>The line since the start, on the scale of a square root: small evidence stays visible beside huge one.</summary>
    public static Chart OverTime(
        IReadOnlyList<HistoryPoint> history, string variant, double threshold, string thresholdText, Language language, DateTimeOffset now)
    {
        var axis = new TimeAxis(history[0].At, history[^1].At);
        var points = history
            .Select(p => (p.At, Evidence: p.Figures.FirstOrDefault(f => f.Variant == variant)?.LogEvidence ?? 0))
            .ToList();
        var top = Math.Max(threshold * 1.5, points.Max(p => p.Evidence));
        double Y(double evidence) => Top + (Plot * (1 - Math.Sqrt(Math.Clamp(evidence, 0, top) / top)));
        var line = TrendChart.Path(points.Select(p => (axis.X(p.At) * Chart.Wide / 100, Y(p.Evidence))));
        return new Chart(Height, Markup.Of($"""
            <line x1="0" x2="100%" y1="{Top + Plot}" y2="{Top + Plot}" class="grid" stroke="{Ink.Faint}"/>
            <line x1="0" x2="100%" y1="{Y(threshold)}" y2="{Y(threshold)}" class="ink" stroke="{Ink.Text}" stroke-dasharray="5 4"/>
            <text x="0" y="{Y(threshold) - 5}" class="tick" fill="{Ink.Quiet}" font-size="12">{thresholdText}</text>
            {Chart.Stretched(0, Height, Markup.Of($"""<path d="{line}" class="line arm1" fill="none" stroke="{Ink.Good}" stroke-width="2.5" stroke-linejoin="round" vector-effect="non-scaling-stroke"/>"""))}
            {axis.Labels(Height - 6, language, now)}
            """));
    }
}
