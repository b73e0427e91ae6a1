using System.Text;
using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>The difference since the start with its always-valid band, one line for each of a few variants.</summary>
internal sealed class TrendChart(IReadOnlyList<HistoryPoint> history, IReadOnlyList<string> variants)
{
    private const double Height = 260;
    private const double Top = 10;
    private const double Bottom = 26;
    private const double Plot = Height - Top - Bottom;

    private static readonly string[] Dashes = ["none", "7 4", "2 3"];

    /// <param name="language">Of the labels.</param>
    /// <param name="write">Writes a difference.</param>
    /// <param name="marks">Moments to mark: changes of the weights.</param>
    /// <param name="now">For the years of the dates.</param>
    public Chart Draw(Language language, Func<double, string> write, IEnumerable<DateTimeOffset> marks, DateTimeOffset now)
    {
        var (low, high) = Domain();
        var axis = new TimeAxis(history[0].At, history[^1].At);
        double Y(double value) => Top + (Plot * (high - Math.Clamp(value, low, high)) / (high - low));

        var shapes = Markup.Join(variants.Select((variant, i) => Series(variant, i, axis, Y, low, high)));
        return new Chart(Height, Markup.Of($"""
            {Grid(low, high, Y, write)}
            {marks.Select(at => axis.Mark(at, Top, Top + Plot))}
            {Chart.Stretched(0, Height, shapes)}
            {axis.Labels(Height - 6, language, now)}
            """));
    }

    // The first looks know next to nothing and have bands that would flatten all the rest: they are cut off at the edge.
    private (double Low, double High) Domain()
    {
        var figures = history.SelectMany(p => p.Figures.Where(f => variants.Contains(f.Variant))).ToList();
        var late = history.Skip(history.Count / 3).SelectMany(p => p.Figures.Where(f => variants.Contains(f.Variant)));
        var values = figures.Select(f => f.Difference).Concat(late.SelectMany(f => new[] { f.Lower, f.Upper }))
            .OfType<double>().Where(double.IsFinite).Append(0).ToList();
        var (low, high) = (values.Min(), values.Max());
        var pad = high > low ? 0.08 * (high - low) : 1;
        return (low - pad, high + pad);
    }

    private static Markup Grid(double low, double high, Func<double, double> y, Func<double, string> write) => Markup.Join(
        Scale.Ticks(low, high, 4).Select(tick => Markup.Of($"""
            <line x1="0" x2="100%" y1="{y(tick)}" y2="{y(tick)}" class="{(tick == 0 ? "zero" : "grid")}" stroke="{(tick == 0 ? Ink.Line : Ink.Faint)}"/>
            <text x="0" y="{y(tick) - 4}" class="tick" fill="{Ink.Quiet}" font-size="12">{write(tick)}</text>
            """)));

    private Markup Series(string variant, int number, TimeAxis axis, Func<double, double> y, double low, double high)
    {
        var points = history
            .Select(p => (p.At, Figure: p.Figures.FirstOrDefault(f => f.Variant == variant)))
            .Where(p => p.Figure?.Difference is not null)
            .Select(p => (X: axis.X(p.At) * Chart.Wide / 100, Figure: p.Figure!))
            .ToList();
        if (points.Count == 0) return Markup.None;

        var line = Path(points.Select(p => (p.X, y(p.Figure.Difference!.Value))));
        var band = Path(points.Select(p => (p.X, y(p.Figure.Upper ?? high)))
            .Concat(Enumerable.Reverse(points).Select(p => (p.X, y(p.Figure.Lower ?? low)))));
        var colour = Ink.Arms[1 + (number % (Ink.Arms.Count - 1))];
        return Markup.Of($"""
            {Markup.If(number == 0, () => Markup.Of($"""<path d="{band}Z" class="fill arm{number + 1}" fill="{colour}" fill-opacity="0.16"/>"""))}
            <path d="{line}" class="line arm{number + 1}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{Dashes[number % Dashes.Length]}" stroke-linejoin="round" vector-effect="non-scaling-stroke"/>
            """);
    }

    /// <summary>Straight lines from point to point.</summary>
    public static string Path(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points) path.Append(path.Length == 0 ? 'M' : 'L').Append(FormattableString.Invariant($"{x:0.#} {y:0.#}"));
        return path.ToString();
    }
}
