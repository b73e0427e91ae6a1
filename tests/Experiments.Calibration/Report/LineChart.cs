using System.Text;

namespace Experiments.Calibration.Report;

/// <summary>One line of a chart.</summary>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A line chart as SVG, readable in light and dark pages, in colours that colour-blind readers tell apart.</summary>
internal sealed record LineChart(string Title, string XLabel, string YLabel, double XMax, double YMax, IReadOnlyList<Series> Lines)
{
    private const double Left = 64;
    private const double Top = 44;
    private const double Width = 480;
    private const double Height = 300;

    // Okabe and Ito's palette, without yellow.
    private static readonly string[] Colours = ["#0072B2", "#56B4E9", "#D55E00", "#E69F00", "#CC79A7", "#009E73", "#000000", "#7F7F7F"];
    private static readonly string[] Dashes = ["", "", "6 3", "2 3", "8 3 2 3", "", "3 2", "1 2"];

    /// <summary>Height of a thin line across the chart, with its label; NaN for none.</summary>
    internal double Mark { get; init; } = double.NaN;

    /// <summary>Format of the numbers at the axes.</summary>
    internal string XFormat { get; init; } = "0.##";

    internal string Svg()
    {
        var svg = new StringBuilder();
        svg.Append(Text.Of($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 780 410\" role=\"img\" aria-label=\"{Title}\" font-family=\"sans-serif\" font-size=\"12\">\n"))
            .Append(Text.Of($"<title>{Title}</title>\n<rect width=\"780\" height=\"410\" fill=\"#ffffff\"/>\n"))
            .Append(Text.Of($"<text x=\"{Left}\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{Title}</text>\n"));
        for (var i = 0; i <= 5; i++)
        {
            var (x, y) = (XMax * i / 5, YMax * i / 5);
            svg.Append(Text.Of($"<line x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{Y(y):F1}\" y2=\"{Y(y):F1}\" stroke=\"#dddddd\"/>"))
                .Append(Text.Of($"<text x=\"{Left - 6}\" y=\"{Y(y) + 4:F1}\" text-anchor=\"end\">{Percent(y)}</text>"))
                .Append(Text.Of($"<text x=\"{X(x):F1}\" y=\"{Top + Height + 18}\" text-anchor=\"middle\">{x.ToString(XFormat, System.Globalization.CultureInfo.InvariantCulture)}</text>\n"));
        }

        svg.Append(Text.Of($"<text x=\"{Left + (Width / 2)}\" y=\"{Top + Height + 40}\" text-anchor=\"middle\">{XLabel}</text>\n"))
            .Append(Text.Of($"<text transform=\"translate(16 {Top + (Height / 2)}) rotate(-90)\" text-anchor=\"middle\">{YLabel}</text>\n"));
        if (!double.IsNaN(Mark))
        {
            svg.Append(Text.Of($"<line x1=\"{Left}\" x2=\"{Left + Width}\" y1=\"{Y(Mark):F1}\" y2=\"{Y(Mark):F1}\" stroke=\"#444444\" stroke-width=\"0.8\"/>"))
                .Append(Text.Of($"<text x=\"{Left + Width - 4}\" y=\"{Y(Mark) - 4:F1}\" text-anchor=\"end\" fill=\"#444444\">{Percent(Mark)}</text>\n"));
        }

        for (var i = 0; i < Lines.Count; i++)
        {
            var style = Text.Of($"fill=\"none\" stroke=\"{Colours[i % Colours.Length]}\" stroke-width=\"{(i < 2 ? 2.6 : 1.6):F1}\"")
                + (Dashes[i % Dashes.Length] is { Length: > 0 } dash ? Text.Of($" stroke-dasharray=\"{dash}\"") : "");
            var points = string.Join(" ", Lines[i].Points.Where(p => p.X <= XMax).Select(p => Text.Of($"{X(p.X):F1},{Y(Math.Min(p.Y, YMax)):F1}")));
            var legend = Top + 12 + (22 * i);
            svg.Append(Text.Of($"<polyline points=\"{points}\" {style}/>\n"))
                .Append(Text.Of($"<line x1=\"{Left + Width + 16}\" x2=\"{Left + Width + 44}\" y1=\"{legend - 4}\" y2=\"{legend - 4}\" {style}/>"))
                .Append(Text.Of($"<text x=\"{Left + Width + 50}\" y=\"{legend}\">{Lines[i].Name}</text>\n"));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Percent(double share) => Text.Of($"{100 * share:0.#} %");

    private static double Scale(double value, double largest, double length) => value / largest * length;

    private double X(double value) => Left + Scale(value, XMax, Width);

    private double Y(double value) => Top + Height - Scale(value, YMax, Height);
}
