using Experiments.Api.Dashboard.Html;
using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Charts;

/// <summary>One row of the lift forest: where the true lift probably is, and the interval that holds at every look.</summary>
/// <param name="Lift">Observed lift, a fraction.</param>
/// <param name="Credible">Interval of 95 %.</param>
/// <param name="Always">Confidence sequence on the lift.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c> or <c>unsure</c>.</param>
/// <param name="Indifference">Lifts nearer to 0 do not matter.</param>
/// <param name="Margin">Where a guardrail breaks.</param>
internal sealed record LiftPlot(
    double? Lift, IntervalView? Credible, IntervalView? Always, string Tone, double Indifference, double? Margin)
{
    public const double Height = 54;

    private const double Half = 48;
    private const double Quantile975 = 1.959963984540054;
    private const double Quantile90 = 1.2815515655446004;
    private const double Quantile75 = 0.6744897501960817;
    private const double Base = 27;

    /// <summary>The picture on an axis from -range to +range.</summary>
    public Chart On(double range) => new(Height, Markup.Of($"{Ground(range)}{Probable(range)}{Bracket(range)}"));

    /// <summary>The axis below the rows.</summary>
    public static Chart Axis(double range, Language language) => new(22, Markup.Join(
        new[] { -1, -0.5, 0, 0.5, 1 }.Select(part => Markup.Of($"""
            <text x="{50 + (Half * part)}%" y="15" text-anchor="{(part == -1 ? "start" : part == 1 ? "end" : "middle")}" class="tick" fill="{Ink.Quiet}" font-size="12">{(part == 0 ? "0" : language.Signed(part * range))}</text>
            """))));

    private static double X(double lift, double range) => 50 + (Half * Math.Clamp(lift / range, -1.04, 1.04));

    private Markup Ground(double range) => Markup.Of($"""
        <rect x="{X(-Indifference, range)}%" y="0" width="{X(Indifference, range) - X(-Indifference, range)}%" height="{Height}" class="rope" fill="{Ink.Faint}"/>
        <line x1="50%" x2="50%" y1="0" y2="{Height}" class="zero" stroke="{Ink.Line}"/>
        {(Margin is { } margin ? Markup.Of($"""<line x1="{X(margin, range)}%" x2="{X(margin, range)}%" y1="0" y2="{Height}" class="bad" stroke="{Ink.Bad}" stroke-width="1.5" stroke-dasharray="4 3"/>""") : Markup.None)}
        """);

    private Markup Probable(double range)
    {
        if (Lift is not { } lift || Credible is not { Lower: { } lower, Upper: { } upper }) return Markup.None;
        // The two halves may differ in width: each side has the spread of its own end.
        var (left, right) = ((lift - lower) / Quantile975, (upper - lift) / Quantile975);
        Markup Bar(double quantile, double thickness, double opacity) => Markup.Of($"""
            <line x1="{X(lift - (quantile * left), range)}%" x2="{X(lift + (quantile * right), range)}%" y1="{Base + 6}" y2="{Base + 6}" class="{Tone}" stroke="{Ink.Of(Tone)}" stroke-width="{thickness}" stroke-opacity="{opacity}"/>
            """);
        return Markup.Of($"""
            {Chart.Stretched(0, Base, Markup.Of($"""<path d="{Curve(lift, left, right, range)}" class="fill {Tone}" fill="{Ink.Of(Tone)}" fill-opacity="0.28"/>"""))}
            {Bar(Quantile975, 3, 0.55)}{Bar(Quantile90, 6, 0.7)}{Bar(Quantile75, 10, 1)}
            <circle cx="{X(lift, range)}%" cy="{Base + 6}" r="3" class="hole" fill="#fff"/>
            """);
    }

    private static string Curve(double lift, double left, double right, double range)
    {
        const int Steps = 24;
        const double Ends = 3;
        var points = Enumerable.Range(0, Steps + 1).Select(i =>
        {
            var z = Ends * ((2.0 * i / Steps) - 1);
            var x = X(lift + (z * (z < 0 ? left : right)), range) * Chart.Wide / 100;
            return FormattableString.Invariant($"{x:0.#} {Base - ((Base - 2) * Math.Exp(-z * z / 2)):0.##}");
        });
        return $"M{string.Join('L', points)}Z";
    }

    private Markup Bracket(double range)
    {
        if (Always is not { } always) return Markup.None;
        var (lower, upper) = (always.Lower ?? -2 * range, always.Upper ?? 2 * range);
        Markup End(double at, double inward) => Math.Abs(at) <= range
            ? Markup.Of($"""<line x1="{X(at, range)}%" x2="{X(at, range)}%" y1="43" y2="51" class="ink" stroke="{Ink.Text}" stroke-width="1.5"/>""")
            : Markup.Of($"""<svg x="{X(at, range)}%" y="47" overflow="visible"><path d="M{6 * inward} -4L0 0L{6 * inward} 4" class="ink" fill="none" stroke="{Ink.Text}" stroke-width="1.5"/></svg>""");
        return Markup.Of($"""
            <line x1="{X(lower, range)}%" x2="{X(upper, range)}%" y1="47" y2="47" class="ink" stroke="{Ink.Text}" stroke-width="1.2"/>{End(lower, 1)}{End(upper, -1)}
            """);
    }
}
