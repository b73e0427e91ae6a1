namespace Experiments.Stats.Numerics;

/// <summary>Regularised incomplete beta function I_x(a, b) that keeps its digits at millions of units.</summary>
/// <remarks>
/// Continued fraction of Didonato and Morris (modified Lentz), its prefix by Stirling remainders and deviances
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
            ? Prefix(a, b, x, complement) * Fraction(a, b, x) / a
            : 1 - (Prefix(a, b, x, complement) * Fraction(b, a, complement) / b);
    }

    /// <summary>x^a (1 - x)^b / B(a, b).</summary>
    internal static double Prefix(double a, double b, double x, double complement)
    {
        var n = a + b;
        var exponent = SpecialMath.StirlingRemainder(n) - SpecialMath.StirlingRemainder(a)
            - SpecialMath.StirlingRemainder(b) - SpecialMath.Deviance(a, n * x) - SpecialMath.Deviance(b, n * complement);
        return Math.Sqrt(a * (b / (TwoPi * n))) * Math.Exp(exponent);
    }

    private static double Fraction(double a, double b, double x)
    {
        const double Tiny = 1e-300;
        var sum = a + b;
        var c = 1.0;
        var d = 1 / NonZero(1 - (sum * x / (a + 1)));
        var h = d;
        for (var m = 1; m < 100_000; m++)
        {
            var twice = 2.0 * m;
            var even = m * (b - m) * x / ((a + twice - 1) * (a + twice));
            d = 1 / NonZero(1 + (even * d));
            c = NonZero(1 + (even / c));
            h *= d * c;
            var odd = -(a + m) * (sum + m) * x / ((a + twice) * (a + twice + 1));
            d = 1 / NonZero(1 + (odd * d));
            c = NonZero(1 + (odd / c));
            var factor = d * c;
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
