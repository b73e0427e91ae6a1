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

    /// <summary>Density at a node, given the logistic of the node and its logs (Beta) or the node itself (Normal).</summary>
    internal double Density(in LogitNode node)
    {
        if (!IsBeta)
        {
            var z = (node.Y - _a) / _b;
            return Math.Exp(-0.5 * z * z);
        }

        if (_a + _b <= ExactAbove)
        {
            return Math.Exp((_a * (node.LogP - _logP0)) + (_b * (node.LogQ - _logQ0)));
        }

        // p - p0 is taken on the smaller side, where it keeps its digits.
        var difference = _p0 < 0.5 ? node.P - _p0 : _q0 - node.Q;
        var logP = Math.Abs(difference) < 0.5 * _p0 ? SpecialMath.Log1p(difference / _p0) : node.LogP - _logP0;
        var logQ = Math.Abs(difference) < 0.5 * _q0 ? SpecialMath.Log1p(-difference / _q0) : node.LogQ - _logQ0;
        return Math.Exp((_a * logP) + (_b * logQ));
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
}
