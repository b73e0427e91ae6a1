namespace Experiments.Stats.Numerics;

/// <summary>Regularised incomplete beta function I_x(a, b) that keeps its digits at millions of units.</summary>
/// <remarks>
/// Continued fraction of Didonato and Morris 1992, ACM TOMS 18 (its even part, which does not cancel where 1 - x is small),
/// by the modified Lentz method; its prefix by Stirling remainders and deviances
/// (Loader 2000, "Fast and accurate computation of binomial probabilities"), since exp of log-gammas loses 2e-9 at 1.5e6.
/// </remarks>
internal static class RegularizedBeta
{
    private const double TwoPi = 6.28318530717958647693;

    /// <summary>I_x(a, b) given x and 1 - x, so that neither end loses digits.</summary>
    internal static double Lower(double a, double b, double x, double complement)
    {
        if (x <= 0)
        {
            return 0;
        }

        if (complement <= 0)
        {
            return 1;
        }

        return x <= (a + 1) / (a + b + 2)
            ? Prefix(a, b, x, complement) / Fraction(a, b, x, complement)
            : 1 - (Prefix(a, b, x, complement) / Fraction(b, a, complement, x));
    }

    /// <summary>x^a (1 - x)^b / B(a, b).</summary>
    internal static double Prefix(double a, double b, double x, double complement)
    {
        var n = a + b;
        var exponent = SpecialMath.StirlingRemainder(n) - SpecialMath.StirlingRemainder(a)
            - SpecialMath.StirlingRemainder(b) - SpecialMath.Deviance(a, n * x) - SpecialMath.Deviance(b, n * complement);
        return Math.Sqrt(a * (b / (TwoPi * n))) * Math.Exp(exponent);
    }

    private static double Fraction(double a, double b, double x, double y)
    {
        const double Tiny = 1e-300;
        var h = NonZero(a * ((a * y) - (b * x) + 1) / (a + 1));
        var c = h;
        var d = 0.0;
        for (var m = 1; m < 100_000; m++)
        {
            var denominator = a + (2.0 * m) - 1;
            var numerator = ((a + m - 1) / denominator) * ((a + b + m - 1) / denominator) * m * (b - m) * x * x;
            var term = m + (m * (b - m) * x / denominator)
                + ((a + m) * ((a * y) - (b * x) + 1 + (m * (1 + y))) / (denominator + 2));
            d = 1 / NonZero(term + (numerator * d));
            c = NonZero(term + (numerator / c));
            var factor = c * d;
            h *= factor;
            if (Math.Abs(factor - 1) < 3e-16)
            {
                break;
            }
        }

        return h;

        static double NonZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
