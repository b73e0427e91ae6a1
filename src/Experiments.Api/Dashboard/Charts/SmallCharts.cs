using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>Pictures of a line or two: dots, bars, the life of a best practice, an interval in a list.</summary>
internal static class SmallCharts
{
    /// <summary>Twenty possible worlds; filled where the variant does better.</summary>
    public static Markup Dots(int better, string sentence) => Markup.Of($"""
        <svg class="dots" viewBox="0 0 220 48" width="220" height="48" role="img" aria-label="{sentence}">
        {Enumerable.Range(0, 20).Select(i => Markup.Of($"""<circle cx="{11 + (i % 10 * 22)}" cy="{12 + (i / 10 * 24)}" r="{(i < better ? 8 : 7)}" class="{(i < better ? "full" : "empty")}" fill="{(i < better ? Ink.Good : "none")}" stroke="{(i < better ? Ink.Good : Ink.Line)}" stroke-width="2"/>"""))}
        </svg>
        """);

    /// <summary>A share as a bar.</summary>
    public static Chart Bar(double share, string tone) => new(14, Markup.Of($"""
        <rect x="0" y="2" width="100%" height="10" rx="5" class="track" fill="{Ink.Faint}"/>
        <rect x="0" y="2" width="{100 * Math.Clamp(share, 0, 1)}%" height="10" rx="5" class="fill {tone}" fill="{Ink.Of(tone)}"/>
        """));

    /// <summary>A lift with its interval, small enough for a list.</summary>
    public static Chart Interval(double? lift, IntervalView? credible, string tone, double range)
    {
        double X(double value) => 50 + (48 * Math.Clamp(value / range, -1, 1));
        return new Chart(22, Markup.Of($"""
            <line x1="50%" x2="50%" y1="2" y2="20" class="zero" stroke="{Ink.Line}"/>
            {(credible is { Lower: { } lower, Upper: { } upper } ? Markup.Of($"""<line x1="{X(lower)}%" x2="{X(upper)}%" y1="11" y2="11" class="{tone}" stroke="{Ink.Of(tone)}" stroke-width="3" stroke-linecap="round"/>""") : Markup.None)}
            {(lift is { } at ? Markup.Of($"""<circle cx="{X(at)}%" cy="11" r="4.5" class="fill {tone}" fill="{Ink.Of(tone)}"/>""") : Markup.None)}
            """));
    }

    /// <summary>From the promotion to the review, with today between them.</summary>
    public static Chart Life(DateTimeOffset from, DateTimeOffset review, DateTimeOffset now, string tone, (string From, string Review, string Today) labels)
    {
        var axis = new TimeAxis(from, review > now ? review : now);
        var (today, end) = (axis.X(now), axis.X(review));
        return new Chart(58, Markup.Of($"""
            <line x1="6" x2="100%" y1="24" y2="24" class="track" stroke="{Ink.Faint}" stroke-width="4" stroke-linecap="round"/>
            <line x1="6" x2="{today}%" y1="24" y2="24" class="{tone}" stroke="{Ink.Of(tone)}" stroke-width="4" stroke-linecap="round"/>
            <circle cx="6" cy="24" r="6" class="fill {tone}" fill="{Ink.Of(tone)}"/>
            <svg x="{end}%" y="24" overflow="visible"><path d="M-14 -8v16M-14 -7h10l-3 3.5 3 3.5h-10" class="ink" fill="none" stroke="{Ink.Text}" stroke-width="1.5"/></svg>
            <circle cx="{Math.Clamp(today, 1.5, 98.5)}%" cy="24" r="5" class="hole" fill="#fff" stroke="{Ink.Text}" stroke-width="2"/>
            <text x="0" y="52" class="tick" fill="{Ink.Quiet}" font-size="12">{labels.From}</text>
            <text x="100%" y="52" text-anchor="end" class="tick" fill="{Ink.Quiet}" font-size="12">{labels.Review}</text>
            <text x="{Math.Clamp(today, 8, 92)}%" y="12" text-anchor="middle" class="tick" fill="{Ink.Quiet}" font-size="12">{labels.Today}</text>
            """));
    }
}
