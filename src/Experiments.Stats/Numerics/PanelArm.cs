using System.Runtime.Intrinsics;

namespace Experiments.Stats.Numerics;

/// <summary>One posterior as the panel quadrature sees it: where its mass lies and its unnormalised density.</summary>
/// <remarks>
/// A Beta posterior lives on the logit y. Its density there, relative to its mode at ln(a/b), is
/// exp(a ln(p/p0) + b ln(q/q0)), so no log-gamma is needed. From <see cref="ExactAbove"/> units on the two logs are taken
/// from the differences p - p0 and q - q0, which keeps 1e-13 at any count; below, from the shared logs (one exp per node).
/// </remarks>
internal readonly struct PanelArm
{
    internal const double ExactAbove = 1e5;
    internal const int MostEdges = 11;
    private const double SteepAbove = 2;

    private readonly double _a;
    private readonly double _b;
    private readonly double _logP0;
    private readonly double _logQ0;
    private readonly double _p0;
    private readonly double _q0;

    private PanelArm(bool isBeta, double a, double b, double centre, double left, double right, double inner)
    {
        IsBeta = isBeta;
        _a = a;
        _b = b;
        Centre = centre;
        Left = left;
        Right = right;
        InnerHalfWidth = inner;
        if (isBeta)
        {
            _p0 = a / (a + b);
            _q0 = b / (a + b);
            _logP0 = SpecialMath.LogSigmoid(centre);
            _logQ0 = SpecialMath.LogSigmoid(-centre);
        }
    }

    internal bool IsBeta { get; }

    internal double Centre { get; }

    internal double Left { get; }

    internal double Right { get; }

    internal double InnerHalfWidth { get; }

    /// <summary>Width under which a panel is finer than this arm needs: 1.5 standard deviations; 0 for a steep arm.</summary>
    internal double LeastPanel => IsBeta && InnerHalfWidth > SteepAbove ? 0 : 0.375 * InnerHalfWidth;

    internal static PanelArm Beta(double alpha, double beta)
    {
        var centre = Math.Log(alpha / beta);
        var scale = Math.Sqrt((1 / alpha) + (1 / beta));
        return new PanelArm(
            true, alpha, beta, centre, centre - (9 * scale) - (40 / alpha), centre + (9 * scale) + (40 / beta), 4 * scale);
    }

    internal static PanelArm Normal(double mean, double standardDeviation) => new(
        false, mean, standardDeviation, mean, mean - (9 * standardDeviation), mean + (9 * standardDeviation),
        3 * standardDeviation);

    /// <summary>Density at the nodes of a panel, up to a constant.</summary>
    internal void Density(in LogitPanel nodes, Span<double> result)
    {
        for (var i = 0; i < PanelRule.Order; i += LogitPanel.Lanes)
        {
            var exponent = !IsBeta ? NormalExponent(nodes, i)
                : _a + _b <= ExactAbove ? PlainExponent(nodes, i)
                : ExactExponent(nodes, i);
            LogitPanel.Exp(exponent).CopyTo(result[i..]);
        }
    }

    /// <summary>Adds the arm's ends, inner breaks and centre to a list of panel edges.</summary>
    internal int AddEdges(Span<double> edges, int count)
    {
        edges[count++] = Left;
        edges[count++] = Centre - InnerHalfWidth;
        edges[count++] = Centre;
        edges[count++] = Centre + InnerHalfWidth;
        edges[count++] = Right;

        // Few successes or failures: one side of the logit density falls like exp(-e^y), which wide panels do not resolve.
        if (IsBeta && InnerHalfWidth > SteepAbove)
        {
            for (var part = 1; part < 4; part++)
            {
                edges[count++] = Centre - (0.25 * part * InnerHalfWidth);
                edges[count++] = Centre + (0.25 * part * InnerHalfWidth);
            }
        }

        return count;
    }

    private Vector256<double> NormalExponent(in LogitPanel nodes, int i)
    {
        var z = (LogitPanel.Load(nodes.Y, i) - Vector256.Create(_a)) * Vector256.Create(1 / _b);
        return Vector256.Create(-0.5) * z * z;
    }

    private Vector256<double> PlainExponent(in LogitPanel nodes, int i) =>
        (Vector256.Create(_a) * (LogitPanel.Load(nodes.LogP, i) - Vector256.Create(_logP0)))
        + (Vector256.Create(_b) * (LogitPanel.Load(nodes.LogQ, i) - Vector256.Create(_logQ0)));

    private Vector256<double> ExactExponent(in LogitPanel nodes, int i)
    {
        // p - p0 is taken on the smaller side, where it keeps its digits.
        var difference = _p0 < 0.5
            ? LogitPanel.Load(nodes.P, i) - Vector256.Create(_p0)
            : Vector256.Create(_q0) - LogitPanel.Load(nodes.Q, i);
        return (Vector256.Create(_a) * LogRatio(difference, _p0, LogitPanel.Load(nodes.LogP, i), _logP0))
            + (Vector256.Create(_b) * LogRatio(-difference, _q0, LogitPanel.Load(nodes.LogQ, i), _logQ0));
    }

    private static Vector256<double> LogRatio(Vector256<double> difference, double centre, Vector256<double> log, double logCentre)
    {
        var half = Vector256.Create(0.5);
        var relative = difference * Vector256.Create(1 / centre);
        var near = LogitPanel.Log1p(Vector256.Min(Vector256.Max(relative, -half), half));
        return Vector256.ConditionalSelect(
            Vector256.LessThan(Vector256.Abs(relative), half), near, log - Vector256.Create(logCentre));
    }
}
