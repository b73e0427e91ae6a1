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
}
