namespace Experiments.Stats.Numerics;

/// <summary>A quadrature node y with its probability p = sigma(y), q = 1 - p and their logs.</summary>
internal readonly record struct LogitNode(double Y, double P, double Q, double LogP, double LogQ)
{
    internal static LogitNode At(double y)
    {
        var e = Math.Exp(-Math.Abs(y));
        var log = -SpecialMath.Log1p(e);
        var near = 1 / (1 + e);
        var far = e / (1 + e);
        return y < 0
            ? new LogitNode(y, far, near, y + log, log)
            : new LogitNode(y, near, far, log, log - y);
    }

    /// <summary>The node whose probability is e^logRatio times this one's; the log ratio is zero or less.</summary>
    internal LogitNode Scaled(double logRatio)
    {
        var ratio = Math.Exp(logRatio);
        var p = ratio * P;
        var q = (ratio * Q) - SpecialMath.Expm1(logRatio);
        return new LogitNode(Y, p, q, logRatio + LogP, p < 0.5 ? SpecialMath.Log1p(-p) : Math.Log(q));
    }
}
