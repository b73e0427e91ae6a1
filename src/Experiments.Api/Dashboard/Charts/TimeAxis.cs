using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>Time from left to right.</summary>
internal sealed record TimeAxis(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Percent of the width.</summary>
    public double X(DateTimeOffset at) => To <= From ? 100 : 100 * Math.Clamp((at - From) / (To - From), 0, 1);

    public Markup Mark(DateTimeOffset at, double top, double bottom) => at <= From || at >= To ? Markup.None : Markup.Of($"""
        <line x1="{X(at)}%" x2="{X(at)}%" y1="{top}" y2="{bottom}" class="mark" stroke="{Ink.Line}" stroke-dasharray="2 4"/>
        """);

    /// <summary>First, middle and last moment; within two days the hour is what tells them apart.</summary>
    public Markup Labels(double y, Language language, DateTimeOffset now) => Markup.Of($"""
        <text x="0" y="{y}" class="tick" fill="{Ink.Quiet}" font-size="12">{Label(From, language, now)}</text>
        <text x="50%" y="{y}" text-anchor="middle" class="tick" fill="{Ink.Quiet}" font-size="12">{Label(From + ((To - From) / 2), language, now)}</text>
        <text x="100%" y="{y}" text-anchor="end" class="tick" fill="{Ink.Quiet}" font-size="12">{Label(To, language, now)}</text>
        """);

    private string Label(DateTimeOffset at, Language language, DateTimeOffset now) => To - From > TimeSpan.FromDays(2)
        ? language.ShortDay(at, now)
        : at.UtcDateTime.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
