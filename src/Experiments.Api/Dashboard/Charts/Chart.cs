using Experiments.Api.Dashboard.Html;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>A picture drawn by the service. Its width is that of its place: text keeps its size, only shapes are stretched.</summary>
/// <param name="Height">Height in pixels.</param>
/// <param name="Body">Content of the picture: x in percent of the width, y in pixels.</param>
internal sealed record Chart(double Height, Markup Body)
{
    /// <summary>Width of the inner coordinates of <see cref="Stretched"/>.</summary>
    public const double Wide = 1000;

    private const double FileWidth = 960;
    private const double FileMargin = 32;

    /// <summary>The picture in a page, described by the element with this id.</summary>
    public Markup Described(string by) => Markup.Of($"""
        <svg class="chart" width="100%" height="{Height}" role="img" aria-labelledby="{by}" tabindex="0">{Body}</svg>
        """);

    /// <summary>The picture in a page, with a sentence of its own.</summary>
    public Markup Saying(string sentence) => Markup.Of($"""
        <svg class="chart" width="100%" height="{Height}" role="img" aria-label="{sentence}">{Body}</svg>
        """);

    /// <summary>Shapes in coordinates from 0 to <see cref="Wide"/>, stretched to the width of the picture; lines keep their thickness.</summary>
    public static Markup Stretched(double y, double height, Markup shapes) => Markup.Of($"""
        <svg x="0" y="{y}" width="100%" height="{height}" viewBox="0 0 {Wide} {height}" preserveAspectRatio="none">{shapes}</svg>
        """);

    /// <summary>The picture as a file of its own, with what it says as its title.</summary>
    public Markup File(string title, string sentence) => Markup.Of($"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{FileWidth}" height="{Height + 104}" viewBox="0 0 {FileWidth} {Height + 104}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="13" fill="#1d1d1f" role="img" aria-labelledby="t d">
        <title id="t">{title}</title><desc id="d">{sentence}</desc>
        <rect width="100%" height="100%" fill="#fff"/>
        <text x="{FileMargin}" y="38" font-size="19" font-weight="600">{Short(title, 80)}</text>
        <text x="{FileMargin}" y="62" fill="#5c5c60">{Short(sentence, 130)}</text>
        <svg x="{FileMargin}" y="84" width="{FileWidth - (2 * FileMargin)}" height="{Height}">{Body}</svg>
        </svg>
        """);

    /// <summary>The text, cut where a line of a picture would end.</summary>
    public static string Short(string text, int length) => text.Length <= length ? text : text[..(length - 1)].TrimEnd() + "…";
}
