using MathNet.Numerics;

namespace Experiments.Stats.Numerics;

/// <summary>The few special functions of this library, each in the form that keeps its digits.</summary>
internal static class SpecialMath
{
    private const double HalfLogTwoPi = 0.91893853320467274178;
    private const double InverseSquareRootOfTwo = 0.70710678118654752440;

    /// <summary>ln(1 + y) to about one unit in the last place (Kahan's correction); double.LogP1 is the naive form.</summary>
    internal static double Log1p(double y)
    {
        var u = 1 + y;
        return u == 1 ? y : Math.Log(u) * (y / (u - 1));
    }

    /// <summary>e^x - 1 without loss for small x.</summary>
    internal static double Expm1(double x)
    {
        var u = Math.Exp(x);
        return u == 1 ? x
            : u - 1 == -1 ? -1
            : double.IsPositiveInfinity(u) ? u
            : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>Upper tail of the standard normal law, exact in the far tail.</summary>
    internal static double NormalSurvival(double x) => 0.5 * SpecialFunctions.Erfc(x * InverseSquareRootOfTwo);

    internal static double NormalCdf(double x) => NormalSurvival(-x);

    internal static double NormalDensity(double x) => Math.Exp((-0.5 * x * x) - HalfLogTwoPi);

    /// <summary>Log of the upper tail, by its asymptotic series where the tail itself would underflow.</summary>
    internal static double LogNormalSurvival(double x) => x < 30 ? Math.Log(NormalSurvival(x)) : (-0.5 * x * x) + LogFarTail(x);

    /// <summary>x^2/2 + ln Phi(x), which stays small in the far left tail where both parts are huge.</summary>
    internal static double LogScaledNormalCdf(double x) => x > -30 ? (0.5 * x * x) + Math.Log(NormalCdf(x)) : LogFarTail(-x);

    // ln of Mills' ratio over sqrt(2 pi), from 30 on.
    private static double LogFarTail(double x)
    {
        var r = 1 / (x * x);
        return -HalfLogTwoPi - Math.Log(x) + Log1p(-r * (1 - (3 * r * (1 - (5 * r * (1 - (7 * r * (1 - (9 * r)))))))));
    }

    /// <summary>The z whose upper tail is <paramref name="tail"/>; infinite at 0 and 1.</summary>
    internal static double NormalUpperQuantile(double tail) => tail <= 0 ? double.PositiveInfinity
        : tail >= 1 ? double.NegativeInfinity
        : SpecialFunctions.ErfcInv(2 * tail) / InverseSquareRootOfTwo;

    /// <summary>ln Gamma(a) less Stirling's (a - 1/2) ln a - a + ln(2 pi)/2: the remainder D(a), without cancellation.</summary>
    internal static double StirlingRemainder(double a)
    {
        if (a < 12)
        {
            // Lift by the recurrence: D(a) = D(a + 1) + (a + 1/2) ln(1 + 1/a) - 1.
            var sum = 0.0;
            for (; a < 12; a++)
            {
                sum += ((a + 0.5) * Log1p(1 / a)) - 1;
            }

            return sum + StirlingRemainder(a);
        }

        var r = 1 / (a * a);
        return ((1.0 / 12) - (r * ((1.0 / 360) - (r * ((1.0 / 1260) - (r * ((1.0 / 1680) - (r * ((1.0 / 1188)
            - (r * ((691.0 / 360360) - (r * (1.0 / 156))))))))))))) / a;
    }

    /// <summary>ln B(a, b) from Stirling remainders: keeps its digits where logs of gammas cancel.</summary>
    internal static double LogBeta(double a, double b) =>
        HalfLogTwoPi - (0.5 * Math.Log(a + b)) + ((a - 0.5) * LogShare(a, b)) + ((b - 0.5) * LogShare(b, a))
            + StirlingRemainder(a) + StirlingRemainder(b) - StirlingRemainder(a + b);

    /// <summary>k ln(k/e) + e - k: deviance of k against an expectation e, zero or more, exact when k is near e.</summary>
    internal static double Deviance(double k, double e)
    {
        if (k <= 0)
        {
            return e;
        }

        var relative = (k - e) / e;
        if (Math.Abs(relative) > 0.1)
        {
            return (k * Math.Log(k / e)) + e - k;
        }

        // Loader's bd0: e [(1 + d) ln(1 + d) - d] as a series in v = d/(2 + d).
        var v = (k - e) / (k + e);
        var term = 2 * k * v;
        var sum = (k - e) * v;
        var square = v * v;
        for (var j = 3; ; j += 2)
        {
            term *= square;
            var next = sum + (term / j);
            if (next == sum)
            {
                return next;
            }

            sum = next;
        }
    }

    private static double LogShare(double part, double rest) => part < rest ? Math.Log(part / (part + rest)) : -Log1p(rest / part);

    /// <summary>ln(e^a + e^b); minus infinity counts as an absent term.</summary>
    internal static double LogAdd(double a, double b)
    {
        var top = Math.Max(a, b);
        return double.IsInfinity(top) ? top : top + Log1p(Math.Exp(Math.Min(a, b) - top));
    }

    /// <summary>ln(share e^a + (1 - share) e^b) for a share in [0, 1].</summary>
    internal static double LogMix(double share, double a, double b)
    {
        if (share is 0 or 1)
        {
            return share == 1 ? a : b;
        }

        var top = Math.Max(a, b);
        return double.IsInfinity(top) ? top
            : top + Math.Log((share * (a == top ? 1 : Math.Exp(a - top))) + ((1 - share) * (b == top ? 1 : Math.Exp(b - top))));
    }

    /// <summary>ln of a sum of exponentials; minus infinity when nothing is left.</summary>
    internal static double LogSumExp(ReadOnlySpan<double> terms)
    {
        var top = double.NegativeInfinity;
        foreach (var term in terms)
        {
            top = Math.Max(top, term);
        }

        if (double.IsInfinity(top))
        {
            return top;
        }

        var sum = 0.0;
        foreach (var term in terms)
        {
            sum += Math.Exp(term - top);
        }

        return top + Math.Log(sum);
    }

    /// <summary>ln of the logistic function.</summary>
    internal static double LogSigmoid(double y) => y < 0 ? y - Log1p(Math.Exp(y)) : -Log1p(Math.Exp(-y));

    internal static double Sigmoid(double y)
    {
        var e = Math.Exp(-Math.Abs(y));
        return y < 0 ? e / (1 + e) : 1 / (1 + e);
    }
}
